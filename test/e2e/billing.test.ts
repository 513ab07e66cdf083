// Who is billed when peers are slow: nobody for the waiting. The thread's CPU clock is the test's own
// and goes on only while a guest waits, by what others would use meanwhile, so that a receipt shows every
// wait in which the meter was left running. How exact receipts are is for `bench/meter-billing.ts`.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ByteSource, IncomingRequest } from '../../abi/messages.ts';
import { systemClock } from '../../host/clock.ts';
import type { Outcome } from '../../host/exchange.ts';
import { prebuiltApp, type TestApp } from '../support/apps.ts';

const CHUNKS = 8;
const CHUNK_BYTES = 100_000;

let cpuNs = 0;
let pauses = 0;
/** Others use 10 ms. */
async function othersRun(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2));
  cpuNs += 10e6;
  pauses += 1;
}

const origin = createServer(async (_, response) => {
  for (let i = 0; i < CHUNKS; i += 1) {
    await othersRun();
    response.write(Buffer.alloc(CHUNK_BYTES, 0x61));
  }
  response.end();
});

let originUrl = '';
let app: TestApp;
beforeAll(async () => {
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  app = await prebuiltApp('assemblyscript/touch', {
    clock: { ...systemClock(), threadCpuNs: () => cpuNs, nearThreadCpuNs: () => cpuNs },
    grants: [{ origin: originUrl, private: true }],
  });
});
afterAll(async () => {
  await app.close();
  origin.close();
});

describe('a guest that streams is not billed for the time of', () => {
  test('a slow upload', async () => {
    const { cpuMs } = await through({ method: 'POST', body: upload(othersRun) }, async () => {});
    expect(cpuMs).toBe(0);
    expect(pauses).toBeGreaterThanOrEqual(CHUNKS);
  });

  test('a slow client', async () => {
    const { cpuMs } = await through({ method: 'POST', body: upload(async () => {}) }, othersRun);
    expect(cpuMs).toBe(0);
    expect(pauses).toBeGreaterThanOrEqual(CHUNKS);
  });

  test('a slow origin', async () => {
    const url = `http://localhost/?from=${encodeURIComponent(originUrl)}`;
    const { cpuMs } = await through({ url }, async () => {});
    expect(cpuMs).toBe(0);
    expect(pauses).toBe(CHUNKS);
  });
});

async function through(request: Partial<IncomingRequest>, rest: () => Promise<void>): Promise<Outcome> {
  pauses = 0;
  const exchange = app.start(request);
  const { content } = await exchange.response;
  let bytes = 0;
  for (let chunk = await next(content); chunk !== null; chunk = await next(content)) {
    bytes += chunk.length;
    await rest();
  }
  expect(bytes).toBe(CHUNKS * CHUNK_BYTES);
  const outcome = await exchange.done;
  expect(outcome.code).toBe('OK');
  return outcome;
}

async function next(content: unknown): Promise<Uint8Array | null> {
  return (content as ByteSource).next();
}

function upload(rest: () => Promise<void>): ByteSource {
  let left = CHUNKS;
  return {
    async next() {
      await rest();
      left -= 1;
      return left >= 0 ? new Uint8Array(CHUNK_BYTES) : null;
    },
    cancel: () => {},
    trailers: () => [],
  };
}
