// How an exchange ends when a side misbehaves or leaves, and how the server does.

import { describe, expect, test } from 'vitest';
import { streamOf, text } from '../support/fake-guest.ts';
import { eventually, get, hello, start } from '../support/http-server.ts';
import { RawClient, rawRequest } from '../support/raw-http.ts';

describe('a guest that', () => {
  test('fails is answered for, without a detail', async () => {
    const { port, log } = await start(async () => {
      throw new Error('secret stack');
    });
    const answer = await rawRequest(port, get('/'));
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('GUEST_TRAPPED');
    expect(answer.text).not.toContain('secret');
    await eventually(() => log.length === 1);
    expect(log[0]).toMatchObject({ app: 'fake', code: 'GUEST_TRAPPED', status: 500, cpuMs: 0.25 });
    expect(log[0]?.detail).toContain('secret stack');
  });

  test('fails is shown with its detail in dev', async () => {
    const { port } = await start(
      async () => {
        throw new Error('stack <here>');
      },
      { dev: true },
    );
    const page = await rawRequest(port, get('/', 'Accept: text/html', 'Cookie: session=hidden'));
    expect(page.text).toContain('stack &lt;here&gt;');
    expect(page.text).not.toContain('hidden');
  });

  test('does not answer is answered for', async () => {
    const { port } = await start(async () => {});
    expect((await rawRequest(port, get('/'))).text).toContain('GUEST_NO_RESPONSE');
  });

  test('answers and goes on counts as under way until it ends', async () => {
    const gate = Promise.withResolvers<void>();
    const { port, server, log } = await start(async (_request, respond) => {
      respond(text('early'));
      await gate.promise;
    });
    expect((await rawRequest(port, get('/'))).text).toBe('early');
    expect(server.inFlight).toBe(1);
    expect(log).toHaveLength(0);
    gate.resolve();
    await eventually(() => server.inFlight === 0 && log.length === 1);
  });

  test('gives a header that is none makes an error, not a crash', async () => {
    const { port, log } = await start(async (_request, respond) =>
      respond(text('x', 200, [['bad name', 'x']])),
    );
    expect((await rawRequest(port, get('/'))).status).toBe(500);
    await eventually(() => log.length === 1);
    expect(log[0]?.code).toBe('INTERNAL');
    expect((await rawRequest(port, get('/nowhere'))).status).toBe(404);
  });
});

describe('a client that leaves', () => {
  test('before the answer cancels the exchange', async () => {
    const { port, calls, log } = await start(async (_request, _respond, cancelled) => cancelled);
    const client = await RawClient.open(port);
    client.send(get('/'));
    await eventually(() => calls.length === 1);
    client.socket.destroy();
    await eventually(() => log.length === 1);
    expect(calls[0]?.cancels).toEqual(['client-gone']);
    expect(log[0]).toMatchObject({ code: 'CLIENT_GONE', status: null, bytes: 0 });
  });

  test('cancels pipelined exchanges too', async () => {
    const { port, calls, log } = await start(async (_request, _respond, cancelled) => cancelled);
    const client = await RawClient.open(port);
    client.send(get('/1') + get('/2') + get('/3'));
    await eventually(() => calls.length === 3);
    client.socket.destroy();
    await eventually(() => log.length === 3);
    expect(calls.map(({ cancels }) => cancels)).toEqual(Array(3).fill(['client-gone']));
  });

  test('in the middle of the answer cancels its stream', async () => {
    const content = streamOf(Array.from({ length: 500 }, (_, index) => (index % 2 ? 'tick' : 20)));
    const { port, log } = await start(async (_request, respond) =>
      respond({ status: 200, headers: [], content }),
    );
    const client = await RawClient.open(port);
    await client.send(get('/')).until((all) => all.includes('tick'));
    client.socket.destroy();
    await eventually(() => log.length === 1);
    expect(content.cancelled).toBe(true);
    expect(log[0]).toMatchObject({ code: 'CLIENT_GONE', status: 200 });
  });

  test('after the answer cancels nothing', async () => {
    const { port, calls, log } = await start(hello);
    await rawRequest(port, get('/'));
    await eventually(() => log.length === 1);
    expect(calls[0]?.cancels).toEqual([]);
    expect(log[0]).toMatchObject({ method: 'GET', path: '/', status: 200, code: 'OK', bytes: 5 });
  });
});

describe('close()', () => {
  test('lets requests end, closes idle connections, accepts no more', async () => {
    const gate = Promise.withResolvers<void>();
    const { port, server, calls } = await start(async (request, respond) => {
      if (request.url.endsWith('/wait')) await gate.promise;
      respond(text('bye'));
    });
    const idle = await RawClient.open(port);
    await idle.send(get('/')).response();
    const busy = await RawClient.open(port);
    busy.send(get('/wait'));
    await eventually(() => calls.length === 2);
    const closing = server.close(5_000);
    await idle.end();
    await expect(RawClient.open(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    gate.resolve();
    const answer = await busy.response();
    expect(answer.text).toBe('bye');
    expect(answer.headers.get('connection')).toBe('close');
    await closing;
    await busy.end();
  });

  test('cancels what has not ended in time, and says so to the client', async () => {
    const { port, server, calls, log } = await start(async (_request, _respond, cancelled) => cancelled);
    const client = await RawClient.open(port);
    client.send(get('/'));
    await eventually(() => calls.length === 1);
    const closing = server.close(50);
    const answer = await client.response();
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    await closing;
    expect(calls[0]?.cancels).toEqual(['shutdown']);
    expect(log[0]?.code).toBe('SHUTTING_DOWN');
  });
});
