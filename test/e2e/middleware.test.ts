// Apps with others in front of them: requests pass guests of wasi:http/handler 0.3 that import it too,
// in one process and without a socket, and what all of them used is on one receipt.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ByteSource } from '../../abi/messages.ts';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import { chain } from '../../host/chain.ts';
import { type AppOptions, appOf, prebuiltApp, programApp, type TestApp } from '../support/apps.ts';
import { serveConfig } from '../support/served.ts';
import { wasi03Component } from '../support/wasi-03.ts';

const REQUEST = {
  method: 'POST',
  url: 'http://guest.test/a?b',
  headers: [['x-key', 'secret']],
  body: null,
  client: { address: '127.0.0.1', country: null, region: null },
  id: 'r1',
} as const;

const apps: TestApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function guest(name: string, options: AppOptions = {}): Promise<TestApp> {
  const app = await appOf(await wasi03Component('wasi-http-03', name), options);
  apps.push(app);
  return app;
}

function bytes(...chunks: readonly string[]): ByteSource {
  const left = chunks.map((chunk) => new TextEncoder().encode(chunk));
  return { next: async () => left.shift() ?? null, cancel: () => {}, trailers: () => [] };
}

async function ask(all: readonly TestApp[], request: object = {}) {
  const last = all.at(-1) as TestApp;
  const dispatch = chain(
    all.slice(0, -1).map((app) => app.dispatch),
    last.dispatch,
  );
  const exchange = dispatch({ ...REQUEST, ...request }, 0);
  const { status, content } = await exchange.response;
  const chunks: Uint8Array[] = [];
  if (content instanceof Uint8Array) chunks.push(content);
  else if (content !== null) {
    for (let chunk = await content.next(); chunk !== null; chunk = await content.next()) chunks.push(chunk);
  }
  return { status, text: Buffer.concat(chunks).toString(), outcome: await exchange.done };
}

describe('a middleware', () => {
  test('hands on the request and its body, and the answer as it comes', async () => {
    const [front, last] = [await guest('passes-on'), await guest('rot13')];
    const answer = await ask([front, last], { body: bytes('Hello, ', 'World!') });
    expect(answer).toMatchObject({ status: 200, text: 'Uryyb, Jbeyq!', outcome: { code: 'OK', fetches: 0 } });
  });

  test('has what is behind it on one receipt with its own', async () => {
    const [front, last] = [await guest('passes-on'), await guest('hello')];
    const { outcome } = await ask([front, last]);
    const alone = (await last.ask()).outcome;
    expect(outcome.hostCalls).toBe(alone.hostCalls + 2);
    expect(outcome.memoryBytes).toBe(2 * alone.memoryBytes);
    expect(outcome.cpuMs).toBeGreaterThan(0);
  });

  test('may have another one behind it, and a guest of any kind', async () => {
    const [one, other] = [await guest('passes-on'), await guest('guards')];
    const edge = await prebuiltApp('rust/hello');
    const program = await programApp('echo');
    apps.push(edge, program);
    expect(JSON.parse((await ask([one, other, edge])).text)).toMatchObject({ method: 'POST' });
    expect((await ask([one, other, program], { body: bytes('to a program') })).text).toBe('to a program');
  });

  test('may answer by itself, and what is behind is not asked', async () => {
    const [front, last] = [await guest('guards'), await guest('hello')];
    expect(await ask([front, last], { headers: [] })).toMatchObject({ status: 401 });
    expect((await ask([front, last])).status).toBe(201);
  });

  test('with nothing behind it gets an error', async () => {
    expect(await ask([await guest('passes-on')])).toMatchObject({
      status: 500,
      text: 'configuration-error\n',
    });
  });

  test('asks as often as it may send requests, and no more', async () => {
    const front = await guest('asks-for-ever', { limits: { fetchesMax: 5 } });
    const { outcome, ...answer } = await ask([front, await guest('hello')]);
    expect(answer).toMatchObject({ status: 403, text: 'HTTP-request-denied\n' });
    expect(outcome.code).toBe('OK');
  });

  test('that is ended ends alone', async () => {
    const front = await guest('spins-in-callback', { limits: { cpuMsMax: 20 } });
    await expect(ask([front, await guest('hello')])).rejects.toMatchObject({ code: 'LIMIT_CPU' });
  });
});

describe('a guest behind a middleware', () => {
  test('that is ended is an error for it, and told on the receipt', async () => {
    const last = await guest('spins-in-callback', { limits: { cpuMsMax: 20 } });
    const { status, outcome } = await ask([await guest('passes-on'), last]);
    expect(status).toBe(500);
    expect(outcome).toMatchObject({ code: 'OK', detail: expect.stringMatching(/^Behind it: LIMIT_CPU/) });
    expect(outcome.cpuMs).toBeGreaterThan(20);
  });

  test.each(['client-gone', 'shutdown'] as const)('is ended with the request (%s)', async (reason) => {
    const [front, last] = [await guest('passes-on'), await guest('sleeps-long')];
    const exchange = chain([front.dispatch], last.dispatch)({ ...REQUEST }, 0);
    exchange.response.catch(() => {});
    setTimeout(() => exchange.cancel(reason), 20);
    expect(await exchange.done).toMatchObject({
      code: reason === 'shutdown' ? 'SHUTTING_DOWN' : 'CLIENT_GONE',
    });
  });
});

test.each([
  ['beside all others', ''],
  ['in a process of their own', 'isolation_group = "apart"'],
])('a server sends requests through the middleware of an app, %s', async (_, isolation) => {
  const folder = await mkdtemp(join(tmpdir(), 'wheeler-test-'));
  await writeFile(join(folder, 'guards.wasm'), await wasi03Component('wasi-http-03', 'guards'));
  await writeFile(join(folder, 'hello.wasm'), (await readPrebuilt('rust/hello')) as Uint8Array);
  const served = await serveConfig(`
[app.hello]
component = ${JSON.stringify(join(folder, 'hello.wasm'))}
routes = ["/"]
middleware = ["guard"]
${isolation}

[app.guard]
component = ${JSON.stringify(join(folder, 'guards.wasm'))}
${isolation}
`);
  try {
    expect((await fetch(`${served.base}/x`)).status).toBe(401);
    const answer = await fetch(`${served.base}/x`, { headers: { 'x-key': 'secret' } });
    expect([answer.status, ((await answer.json()) as { path: string }).path]).toEqual([200, '/x']);
  } finally {
    await served.stop();
    await rm(folder, { recursive: true });
  }
});
