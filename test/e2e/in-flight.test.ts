// Many requests at once in one process: guests that wait hold no thread and get in nobody's
// way. How long it takes is printed, not asserted; that all were waiting at once is.

import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prebuiltApp, type TestApp } from '../support/apps.ts';

/** Holds every request until as many as `wanted` are there, then answers them all. */
class Gate {
  wanted = 1;
  most = 0;
  #held: ServerResponse[] = [];
  readonly server: Server = createServer((_, response) => {
    this.#held.push(response);
    this.most = Math.max(this.most, this.#held.length);
    if (this.#held.length < this.wanted) return;
    for (const one of this.#held) one.end('from the origin');
    this.#held = [];
  });
}

const gate = new Gate();
let origin: string;
let app: TestApp | null = null;

beforeAll(async () => {
  await new Promise<void>((resolve) =>
    gate.server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve),
  );
  origin = `http://127.0.0.1:${(gate.server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await app?.close();
  gate.server.closeAllConnections();
  gate.server.close();
});

async function appFor(name: string): Promise<TestApp> {
  await app?.close();
  app = await prebuiltApp(name, {
    grants: [{ origin, private: true }],
    variables: { ORIGIN: origin },
  });
  return app;
}

describe('requests in flight', () => {
  test('2,000 wait at once, each on one fetch', async () => {
    const proxy = await appFor('assemblyscript/secure-headers');
    gate.wanted = 2_000;
    gate.most = 0;
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 2_000 }, () => proxy.ask()));
    console.log(`2,000 in flight: ${Math.round(performance.now() - began)} ms`);
    expect(gate.most).toBe(2_000);
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`))).toEqual(
      new Set(['200 from the origin']),
    );
    expect(new Set(answers.map(({ outcome }) => outcome.code))).toEqual(new Set(['OK']));
  });

  test('200 wait at once, each on five fetches', async () => {
    const five = await appFor('assemblyscript/five-fetches');
    gate.wanted = 1_000;
    gate.most = 0;
    const query = Array.from({ length: 5 }, () => `url=${encodeURIComponent(origin)}`).join('&');
    const asked = Array.from({ length: 200 }, () => five.ask({ url: `http://localhost/?${query}` }));
    const answers = await Promise.all(asked);
    expect(gate.most).toBe(1_000);
    for (const { text, outcome } of answers) {
      expect(text.trim().split(' ').sort()).toEqual(['0:200', '1:200', '2:200', '3:200', '4:200']);
      expect(outcome).toMatchObject({ code: 'OK', fetches: 5 });
    }
  });
});
