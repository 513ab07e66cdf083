// Guests of wasi:http 0.3, through the deploy path, the sandbox and its meter: what they answer,
// what becomes of those that go wrong, and that those that never end are ended.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ByteSource } from '../../abi/messages.ts';
import { type AppOptions, appOf, type TestApp } from '../support/apps.ts';
import { RawClient } from '../support/raw-http.ts';
import { wasi03Component, wasi03Names } from '../support/wasi-03.ts';
import { serveComponent } from '../support/wasi-http.ts';

/** The first three are in middleware.test.ts. */
const tested = new Set(['passes-on', 'guards', 'asks-for-ever']);
let app: TestApp | null = null;

afterEach(async () => {
  await app?.close();
  app = null;
});

async function guest(name: string, options: AppOptions = {}): Promise<TestApp> {
  tested.add(name);
  app = await appOf(await wasi03Component('wasi-http-03', name), options);
  return app;
}

function bytes(...chunks: readonly string[]): ByteSource & { readonly told: { cancelled: boolean } } {
  const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
  const told = { cancelled: false };
  return {
    told,
    next: async () => left.shift() ?? null,
    cancel: () => {
      told.cancelled = true;
    },
    trailers: () => [],
  };
}

describe('an answer', () => {
  test.each([
    ['hello', 201, 'hello from wasi:http 0.3\n'],
    ['hello-callback', 200, 'hello from a callback\n'],
  ])('of %s has status and content', async (name, status, text) => {
    const answer = await (await guest(name)).ask();
    expect(answer).toMatchObject({ status, text, outcome: { code: 'OK' } });
  });

  test('reaches a client of the real server', async () => {
    tested.add('hello');
    const served = await serveComponent(await wasi03Component('wasi-http-03', 'hello'), 'hello');
    const client = await RawClient.open(served.port);
    try {
      const seen = await client.send('GET / HTTP/1.1\r\nhost: guest\r\nconnection: close\r\n\r\n').end();
      expect(seen).toMatch(
        /^HTTP\/1.1 201 Created\r\n[\s\S]*\r\n\r\n19\r\nhello from wasi:http 0.3\n\r\n0\r\n/,
      );
      expect(await served.entry()).toMatchObject({ code: 'OK', status: 201, bytes: 25 });
    } finally {
      client.socket.destroy();
      await served.close();
    }
  });

  test('may be the body itself, untouched', async () => {
    const answer = await (await guest('echo')).ask({ method: 'POST', body: bytes('one ', 'two') });
    expect(answer).toMatchObject({ status: 200, text: 'one two', outcome: { code: 'OK' } });
  });

  test('may be the body, changed piece by piece', async () => {
    const answer = await (await guest('rot13')).ask({ method: 'POST', body: bytes('Hello, ', 'World!') });
    expect(answer).toMatchObject({ text: 'Uryyb, Jbeyq!', outcome: { code: 'OK' } });
  });

  test('may be an error, which has a status', async () => {
    const answer = await (await guest('answers-error')).ask();
    expect(answer).toMatchObject({ status: 504, text: 'connection-timeout\n', outcome: { code: 'OK' } });
    expect(app?.logged).toEqual(['error The handler answered with the error connection-timeout']);
  });

  test('may be a file of a granted directory, or a part of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wheeler-test-'));
    await writeFile(join(folder, 'page'), `skip${'x'.repeat(200_000)}!`);
    const reading = await guest('reads-file', { directories: [{ path: folder, as: '/public' }] });
    const answer = await reading.ask();
    expect(answer).toMatchObject({ status: 200, outcome: { code: 'OK' } });
    expect(answer.text).toBe(`${'x'.repeat(199_999)}!`);
    await rm(folder, { recursive: true });
    expect(await reading.ask()).toMatchObject({ status: 404, outcome: { code: 'OK' } });
  });

  test('comes after a sleep, which is no CPU time', async () => {
    const { outcome } = await (await guest('sleeps')).ask();
    expect(outcome).toMatchObject({ code: 'OK' });
    expect(outcome.waits).toBeGreaterThan(0);
    expect(outcome.cpuMs).toBeLessThan(20);
  });

  test('comes after a sleep in WASI 0.2, which it imports as well', async () => {
    const { status, outcome } = await (await guest('mixes')).ask();
    expect([status, outcome.code]).toEqual([204, 'OK']);
    expect(outcome.waits).toBeGreaterThan(0);
  });

  test('comes after a read and a sleep that were given up', async () => {
    const body = bytes('never read');
    const answer = await (await guest('cancels')).ask({ method: 'POST', body });
    expect(answer).toMatchObject({ status: 204, outcome: { code: 'OK' } });
    expect(body.told.cancelled).toBe(true);
  });
});

describe('a request to another server', () => {
  test('gives a response that can be handed on', async () => {
    const server = createServer((_, response) => response.end('from the origin'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    const fetching = await guest('fetches', { grants: [{ origin, private: true }] });
    const answer = await fetching.ask({ method: 'POST', body: bytes(`127.0.0.1:${port}`) });
    expect(answer).toMatchObject({
      status: 200,
      text: 'from the origin',
      outcome: { code: 'OK', fetches: 1 },
    });
    server.close();
  });

  test('that is given up lets go of its connection', async () => {
    const closed = Promise.withResolvers<'closed'>();
    const server = createServer((request) => request.socket.once('close', () => closed.resolve('closed')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const grants = [{ origin: `http://127.0.0.1:${port}`, private: true }];
    const exchange = (await guest('cancels-send', { grants })).start({
      method: 'POST',
      body: bytes(`127.0.0.1:${port}`),
    });
    const answered = exchange.response.then(({ status }) => status);
    expect(await Promise.race([closed.promise, answered])).toBe('closed');
    expect(await answered).toBe(204);
    expect(await exchange.done).toMatchObject({ code: 'OK', fetches: 1 });
    server.close();
  });

  test('that was not granted is an error code', async () => {
    const answer = await (await guest('fetches')).ask({ method: 'POST', body: bytes('127.0.0.1:9') });
    expect(answer).toMatchObject({ status: 403, text: 'HTTP-request-denied\n' });
  });
});

describe('a guest that goes wrong', () => {
  test.each([
    ['no-answer', 'GUEST_TRAPPED', /A task ended without a result/],
    ['waits-forever', 'GUEST_TRAPPED', /Deadlock/],
    ['sleeps-long', 'LIMIT_RESPONSE_TIME', /gave no response/],
    ['yields-forever', 'LIMIT_CPU', /CPU time is used up/],
    ['spins-in-callback', 'LIMIT_CPU', /CPU time is used up/],
    ['ready-events', 'LIMIT_CPU', /CPU time is used up/],
    ['churns-streams', 'LIMIT_CPU', /CPU time is used up/],
    ['churns-subtasks', 'LIMIT_CPU', /CPU time is used up/],
    ['hoards-streams', 'LIMIT_HANDLES', /Too many live resource handles/],
    ['hoards-subtasks', 'LIMIT_HANDLES', /Too many live resource handles/],
  ])('like %s is ended with %s', async (name, code, message) => {
    const limits = { cpuMsMax: 50, responseMsMax: 2_000 };
    const exchange = (await guest(name, { limits })).start();
    await expect(exchange.response).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await exchange.done).toMatchObject({ code });
  });

  test('by returning twice has answered, and is ended', async () => {
    const exchange = (await guest('answers-twice')).start();
    expect(await exchange.response).toMatchObject({ status: 200 });
    expect(await exchange.done).toMatchObject({
      code: 'GUEST_TRAPPED',
      detail: expect.stringMatching(/returned twice/),
    });
  });

  test('in the middle of its content breaks it off', async () => {
    const exchange = (await guest('traps-in-content')).start();
    const { content } = await exchange.response;
    const source = content as ByteSource;
    expect(new TextDecoder().decode((await source.next()) ?? undefined)).toBe('half');
    await expect(source.next()).rejects.toThrow('The guest broke its body off');
    expect(await exchange.done).toMatchObject({ code: 'GUEST_TRAPPED' });
  });

  test('leaves its neighbours their turn', async () => {
    const spinning = (await guest('ready-events', { limits: { cpuMsMax: 300 } })).start();
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 1);
    await spinning.response.catch(() => {});
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(20);
  });
});

test('every guest is tested', async () => {
  expect([...tested].sort()).toEqual((await wasi03Names('wasi-http-03')).sort());
});
