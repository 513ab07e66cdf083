// A middleware of WASI 0.3 and a service as one component: calls, bodies and ends go from one instance into the
// other, and whatever the service does wrong ends both, on one receipt. Each behaviour by itself:
// test/e2e/wasi-http-03.test.ts; calls, streams and futures in detail: test/unit/abi/async/between.test.ts.

import { afterEach, describe, expect, test } from 'vitest';
import { decodeComponent } from '../../toolchain/component/decode.ts';
import { forReference, ReferenceValidator } from '../../toolchain/component/reference.ts';
import { type AppOptions, appOf, type TestApp } from '../support/apps.ts';
import { composed } from '../support/compose.ts';
import { streamOf } from '../support/fake-guest.ts';
import { wasi03Component } from '../support/wasi-03.ts';

const apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function behindMiddleware(name: string): Promise<Uint8Array> {
  const outer = await wasi03Component('wasi-http-03', 'passes-on');
  return composed({ outer, inner: await wasi03Component('wasi-http-03', name) });
}

async function service(name: string, options: AppOptions = {}): Promise<TestApp> {
  const app = await appOf(await behindMiddleware(name), options);
  apps.push(app);
  return app;
}

test('a middleware with a service is a valid component', async () => {
  const whole = await behindMiddleware('hello');
  const decoded = decodeComponent(whole);
  if ('findings' in decoded) throw new Error(JSON.stringify(decoded.findings));
  const reference = new ReferenceValidator();
  expect(await reference.check(forReference(whole, decoded.component))).toEqual([]);
  reference.close();
});

describe('a service behind a middleware in one component', () => {
  test.each([
    ['hello', 201, 'hello from wasi:http 0.3\n'],
    ['hello-callback', 200, 'hello from a callback\n'],
    ['echo', 200, 'one two'],
    ['rot13', 200, 'bar gjb'],
    ['sleeps', 204, ''],
    ['mixes', 204, ''],
    ['answers-error', 504, 'connection-timeout\n'],
    ['passes-on', 500, 'configuration-error\n'],
  ])('%s answers, and both are put back', async (name, status, text) => {
    const app = await service(name);
    for (let i = 0; i < 3; i += 1) {
      const answer = await app.ask({ method: 'POST', body: streamOf(['one ', 'two']) });
      expect(answer).toMatchObject({ status, text, outcome: { code: 'OK', instance: 'restored' } });
    }
  });

  test.each([
    ['answers-twice', 'GUEST_TRAPPED', /A task returned twice/],
    ['no-answer', 'GUEST_TRAPPED', /A task ended without a result/],
    ['waits-forever', 'GUEST_TRAPPED', /Deadlock/],
    ['sleeps-long', 'LIMIT_RESPONSE_TIME', /gave no response/],
    ['yields-forever', 'LIMIT_CPU', /CPU time is used up/],
    ['spins-in-callback', 'LIMIT_CPU', /CPU time is used up/],
    ['ready-events', 'LIMIT_CPU', /CPU time is used up/],
    ['churns-subtasks', 'LIMIT_CPU', /CPU time is used up/],
    ['hoards-streams', 'LIMIT_HANDLES', /Too many live resource handles/],
  ])('like %s ends both with %s', async (name, code, message) => {
    const app = await service(name, { limits: { cpuMsMax: 50, responseMsMax: 500 } });
    for (let i = 0; i < 2; i += 1) {
      const exchange = app.start();
      await expect(exchange.response).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
      expect(await exchange.done).toMatchObject({ code });
    }
  });

  test.each(['client-gone', 'shutdown'] as const)('ends with the request (%s)', async (reason) => {
    const exchange = (await service('sleeps-long')).start();
    exchange.response.catch(() => {});
    setTimeout(() => exchange.cancel(reason), 20);
    const code = reason === 'shutdown' ? 'SHUTTING_DOWN' : 'CLIENT_GONE';
    expect(await exchange.done).toMatchObject({ code });
  });
});
