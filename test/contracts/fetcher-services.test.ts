// Calls from app to app without a socket: what the callee is told, what the caller gets, and how both end.

import { describe, expect, test } from 'vitest';
import { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
import type { Client, FetchRequest } from '../../abi/messages.ts';
import type { AccessEntry } from '../../host/access-log.ts';
import { serviceCalls } from '../../host/service-calls.ts';
import { collect, type FakeHandler, fakeGuest, streamOf, text } from '../support/fake-guest.ts';
import { codeOf, get, makeApp, NEVER, post, text as textOf } from './fetcher-support.ts';

const CLIENT: Client = { address: '192.0.2.1', country: 'NZ', region: null };

function caller(handler: FakeHandler, limits: Partial<AppLimits> = {}, callee: Partial<AppLimits> = {}) {
  const { dispatch, calls } = fakeGuest(handler);
  const log: AccessEntry[] = [];
  const target = { app: 'auth', limits: { ...APP_LIMITS, ...callee }, dispatch, serverTiming: false };
  const callService = serviceCalls({
    targetOf: (app) => (app === 'auth' ? target : null),
    nowMs: () => performance.now(),
    onAccess: (entry) => log.push(entry),
  });
  const app = makeApp({ parts: { callService }, config: { services: ['auth', 'gone'] }, limits });
  const fetcher = (hops = 0) => app.prepare({ id: 'r1', hops, client: CLIENT });
  const ask = (more: Partial<FetchRequest> = {}, signal = NEVER) =>
    fetcher().fetch(get('http://auth.internal/check?a=b', more), signal);
  return { ask, fetcher, calls, log };
}

const hello: FakeHandler = async (_, respond) => respond(text('hello'));

describe('a call to an app of the same server', () => {
  test('is a request like any other', async () => {
    const { ask, calls, log } = caller(hello);
    const answer = await ask({
      headers: [
        ['X-One', '1'],
        ['connection', 'close'],
      ],
    });
    expect(answer.url).toBe('http://auth.internal/check?a=b');
    expect(answer.headers).toEqual([
      ['content-type', 'text/plain'],
      ['content-length', '5'],
    ]);
    expect(await textOf(answer.body)).toBe('hello');
    expect(calls[0]?.request).toEqual({
      method: 'GET',
      url: 'http://auth.internal/check?a=b',
      headers: [
        ['host', 'auth.internal'],
        ['x-one', '1'],
      ],
      body: null,
      client: CLIENT,
      id: 'r1.1',
    });
    expect(calls[0]?.hops).toBe(1);
    await expect
      .poll(() => log)
      .toMatchObject([
        {
          id: 'r1.1',
          app: 'auth',
          method: 'GET',
          path: '/check',
          status: 200,
          code: 'OK',
          bytes: 5,
          cpuMs: 0.25,
        },
      ]);
  });

  test('streams both ways', async () => {
    const { fetcher, log } = caller(async (request, respond) => {
      const { body } = request;
      respond({ status: 200, headers: [], content: body });
    });
    const content = streamOf(['one ', 10, 'two ', 'three']);
    const answer = await fetcher().fetch(post('http://auth.internal/', content), NEVER);
    expect(await textOf(answer.body)).toBe('one two three');
    await expect.poll(() => log).toMatchObject([{ bytes: 13, bytesReceived: 13 }]);
  });

  test.each([
    ['HEAD', 200, 'hello', '5'],
    ['GET', 304, '', undefined],
    ['GET', 204, '', undefined],
  ])('has no content for %s and %i', async (method, status, content, length) => {
    const { ask } = caller(async (_, respond) => respond({ ...text(content), status }));
    const answer = await ask({ method });
    expect(answer.headers.find(([name]) => name === 'content-length')?.[1]).toBe(length);
    expect(await textOf(answer.body)).toBe('');
  });

  test('is an answer also when the callee crashes', async () => {
    const { ask, log } = caller(async () => {
      throw new Error('crash');
    });
    const answer = await ask({ headers: [['accept', 'text/plain']] });
    expect(answer.status).toBe(500);
    expect(await textOf(answer.body)).toMatch(/GUEST_TRAPPED/);
    await expect.poll(() => log).toMatchObject([{ status: 500, code: 'GUEST_TRAPPED' }]);
  });

  test('breaks off where the callee breaks off', async () => {
    const { ask } = caller(async (_, respond) =>
      respond({ status: 200, headers: [], content: streamOf(['half', new Error('broken')]) }),
    );
    const { body } = await ask();
    expect(Buffer.from((await body.next()) ?? []).toString()).toBe('half');
    await expect(body.next()).rejects.toThrow('broken');
  });

  test('ends with its caller, before and after the head', async () => {
    const never: FakeHandler = async (_, respond, cancelled) => {
      await cancelled;
      respond(text('too late'));
    };
    const early = caller(never);
    const controller = new AbortController();
    const asked = early.ask({}, controller.signal);
    controller.abort();
    expect(await codeOf(asked)).toBe('connection-closed');
    expect(early.calls[0]?.cancels).toEqual(['client-gone']);
    await expect.poll(() => early.log).toMatchObject([{ code: 'CLIENT_GONE' }]);

    const content = streamOf(['half', 10_000]);
    const late = caller(async (_, respond) => respond({ status: 200, headers: [], content }));
    const { body } = await late.ask();
    await body.next();
    body.cancel();
    expect(content.cancelled).toBe(true);
    expect(late.calls[0]?.cancels).toEqual(['client-gone']);
    await expect.poll(() => late.log).toHaveLength(1);
  });

  test('keeps the time that the caller gives', async () => {
    const { ask, calls } = caller(async (_, _respond, cancelled) => cancelled);
    expect(await codeOf(ask({ timeoutMs: 20 }))).toBe('timed-out');
    expect(calls[0]?.cancels).toEqual(['client-gone']);
  });

  test('counts as a sub-request, at once and in all', async () => {
    const { fetcher } = caller(
      async (_, respond) => respond({ status: 200, headers: [], content: streamOf(['x', 50]) }),
      {
        fetchesMax: 3,
        fetchesAtOnceMax: 2,
      },
    );
    const one = fetcher();
    const ask = () => one.fetch(get('http://auth.internal/'), NEVER);
    const [first, second] = [await ask(), await ask()];
    expect(one.fetchesLeft).toBe(1);
    await expect(ask()).rejects.toMatchObject({ code: 'too-many', message: /under way/ });
    await textOf(first.body);
    second.body.cancel();
    await expect(ask()).rejects.toMatchObject({ code: 'too-many', message: /used up/ });
  });

  test('comes to an end when apps call each other in a circle', async () => {
    const { fetcher } = caller(hello);
    expect((await fetcher(7).fetch(get('http://auth.internal/'), NEVER)).status).toBe(200);
    expect(await codeOf(fetcher(8).fetch(get('http://auth.internal/'), NEVER))).toBe('loop-detected');
  });

  test("holds the caller to the callee's limit on a body", async () => {
    const { fetcher, log } = caller(
      async (request, respond) => respond(text(await collect(request.body).catch((error) => error.code))),
      {},
      { requestBodyBytesMax: 5 },
    );
    const answer = await fetcher().fetch(post('http://auth.internal/', streamOf(['123', '456'])), NEVER);
    expect(await textOf(answer.body)).toBe('too-large');
    await expect.poll(() => log).toHaveLength(1);
  });

  test('is for granted apps, by http and without a port; what is not there cannot be reached', async () => {
    const { fetcher, calls } = caller(hello);
    const asked = (url: string) => codeOf(fetcher().fetch(get(url), NEVER));
    expect(await asked('http://other.internal/')).toBe('not-granted');
    expect(await asked('https://auth.internal/')).toBe('not-granted');
    expect(await asked('http://auth.internal:8080/')).toBe('not-granted');
    expect(await asked('http://auth.internal.example.com/')).toBe('not-granted');
    expect(await asked('http://gone.internal/')).toBe('connection-failed');
    expect(calls).toEqual([]);
  });
});
