// Bodies through the server over real sockets, both ways: lengths, chunks, back-pressure, early ends and what
// `Expect: 100-continue` asks.

import { describe, expect, test } from 'vitest';
import { EdgeError } from '../../abi/messages.ts';
import { collect, type FakeHandler, streamOf, text } from '../support/fake-guest.ts';
import { echo, eventually, get, hello, start } from '../support/http-server.ts';
import { RawClient, rawRequest } from '../support/raw-http.ts';

describe('content', () => {
  test.each([
    ['HEAD', 200, 'bytes', '5'],
    ['HEAD', 200, 'stream', undefined],
    ['GET', 204, 'bytes', undefined],
    ['GET', 304, 'stream', undefined],
    ['GET', 205, 'bytes', '0'],
    ['GET', 200, 'empty', '0'],
  ])('%s with status %i and %s content: length %s, nothing follows', async (method, status, kind, length) => {
    const stream = streamOf(['hello']);
    const content = kind === 'bytes' ? Buffer.from('hello') : kind === 'stream' ? stream : null;
    const { port } = await start(async (_request, respond) => respond({ status, headers: [], content }));
    const client = await RawClient.open(port);
    client.send(`${method} / HTTP/1.1\r\nHost: h\r\n\r\n`);
    const head = await client.until((all) => all.includes('\r\n\r\n'));
    expect(/content-length: (\d+)/.exec(head)?.[1]).toBe(length);
    expect(head).not.toContain('chunked');
    expect(head.endsWith('\r\n\r\n')).toBe(true);
    if (kind === 'stream') expect(stream.cancelled).toBe(true);
    // The connection is still in step.
    client.received = '';
    client.send(get('/nowhere'));
    expect((await client.response()).status).toBe(404);
    client.socket.destroy();
  });

  test('streams in chunks, the head not waiting for the first, with trailers', async () => {
    const { port } = await start(async (_request, respond) =>
      respond({ status: 200, headers: [], content: streamOf([100, 'one', 50, 'two'], [['x-sum', '6']]) }),
    );
    const client = await RawClient.open(port);
    client.send(get('/'));
    expect(await client.until((all) => all.includes('\r\n\r\n'))).not.toContain('one');
    const all = await client.until((received) => received.includes('x-sum'));
    expect(all).toMatch(/\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\nx-sum: 6\r\n/);
    client.socket.destroy();
  });

  test.each([
    ['too few', ['abc']],
    ['too many', ['abc', 'def', 'ghi']],
    ['broken', ['abc', new EdgeError('connection-closed', 'origin left')]],
  ])('is cut off when the bytes are %s', async (_name, pieces) => {
    const { port, log } = await start(async (_request, respond) =>
      respond({ status: 200, headers: [['content-length', '6']], content: streamOf(pieces) }),
    );
    const client = await RawClient.open(port);
    const all = await client.send(get('/')).end();
    expect(all.split('\r\n\r\n')[1]?.length ?? 0).toBeLessThanOrEqual(6);
    await eventually(() => log.length === 1);
    expect(log[0]?.code).toBe('GUEST_RESPONSE_INCOMPLETE');
  });

  test('of an unknown length is cut off for an HTTP/1.0 client by a reset', async () => {
    const { port } = await start(async (_request, respond) =>
      respond({ status: 200, headers: [], content: streamOf(['abc', 20, new EdgeError('internal', 'x')]) }),
    );
    const client = await RawClient.open(port);
    const failed = new Promise((resolve) => client.socket.once('error', resolve));
    client.send('GET / HTTP/1.0\r\nHost: h\r\n\r\n');
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
  });

  test('comes no faster than the client reads', async () => {
    const pieces = Array.from({ length: 1_000 }, () => new Uint8Array(64 * 1024));
    const content = streamOf(pieces);
    const { port } = await start(async (_request, respond) => respond({ status: 200, headers: [], content }));
    const client = await RawClient.open(port);
    client.socket.pause();
    client.send(get('/'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(content.taken).toBeGreaterThan(0);
    expect(content.taken).toBeLessThan(300);
    client.socket.destroy();
    await eventually(() => content.cancelled);
  });

  test('that no one reads is given up after the idle limit', async () => {
    const content = streamOf(Array.from({ length: 1_000 }, () => new Uint8Array(64 * 1024)));
    const { port, log } = await start(
      async (_request, respond) => respond({ status: 200, headers: [], content }),
      { limits: { idleMsMax: 200 } },
    );
    const client = await RawClient.open(port);
    client.socket.pause();
    client.send(get('/'));
    await eventually(() => log.length === 1);
    expect(log[0]?.code).toBe('CLIENT_GONE');
    expect(content.cancelled).toBe(true);
  });
});

describe('request bodies', () => {
  test('come no faster than the guest reads', async () => {
    const gate = Promise.withResolvers<void>();
    const { port } = await start(async (request, respond) => {
      await gate.promise;
      const all = await collect(request.body);
      respond(text(String(all.length)));
    });
    const bytes = 20 * 1024 * 1024;
    const client = await RawClient.open(port);
    client.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${bytes}\r\n\r\n`);
    client.socket.write(Buffer.alloc(bytes));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(client.socket.writableLength).toBeGreaterThan(bytes / 2);
    gate.resolve();
    expect((await client.response()).text).toBe(String(bytes));
    client.socket.destroy();
  });

  test('announced too large are refused at once, and the client hears it', async () => {
    const { port, calls, log } = await start(echo, { limits: { requestBodyBytesMax: 10 } });
    const refused = await rawRequest(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n');
    expect(refused.status).toBe(413);
    expect(calls).toHaveLength(0);
    expect(log.map(({ code }) => code)).toEqual(['REQUEST_BODY_TOO_LARGE']);
  });

  test.each([
    ['collects and answers', echo],
    ['fails for it', (async (request) => void (await collect(request.body))) satisfies FakeHandler],
    [
      'answers all the same',
      (async (request, respond) => {
        await collect(request.body).catch(() => {});
        respond(text('fine'));
      }) satisfies FakeHandler,
    ],
  ])('that grow too large are refused while streaming, when the guest %s', async (_name, handler) => {
    const { port, log } = await start(handler, { limits: { requestBodyBytesMax: 10 } });
    const head = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';
    const refused = await rawRequest(port, `${head}8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n`);
    expect(refused.status).toBe(413);
    await eventually(() => log.length === 1);
    expect(log[0]?.code).toBe('REQUEST_BODY_TOO_LARGE');
  });

  test('exactly as large as allowed pass', async () => {
    const { port } = await start(echo, { limits: { requestBodyBytesMax: 10 } });
    const sent =
      'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\na\r\n1234567890\r\n0\r\n\r\n';
    expect((await rawRequest(port, sent)).text).toBe('1234567890');
  });

  test('that stand still fail in the guest after the idle limit', async () => {
    let failure: unknown;
    const { port } = await start(
      async (request, respond) => {
        failure = await collect(request.body).catch((error) => error);
        respond(text('late', 408));
      },
      { limits: { idleMsMax: 100 } },
    );
    const answer = await rawRequest(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12');
    expect(answer.status).toBe(408);
    expect(failure).toMatchObject({ code: 'timed-out' });
  });

  test('left unread do not disturb the next request, when they are small', async () => {
    const { port } = await start(hello);
    const client = await RawClient.open(port);
    client.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n');
    expect((await client.response()).text).toBe('hello');
    client.send('x'.repeat(100_000)).send(get('/'));
    expect((await client.response()).text).toBe('hello');
    client.socket.destroy();
  });

  test('left unread end the connection, when they are large', async () => {
    const { port } = await start(hello);
    const client = await RawClient.open(port);
    client.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50000000\r\n\r\n');
    expect((await client.response()).text).toBe('hello');
    client.send('x'.repeat(5_000_000));
    await client.end();
  });

  test('cut short reach the guest as connection-closed', async () => {
    const failure = Promise.withResolvers<unknown>();
    const { port, log } = await start(async (request) => {
      failure.resolve(await collect(request.body).catch((error) => error));
    });
    const client = await RawClient.open(port);
    client.send('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12');
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.socket.destroy();
    expect(await failure.promise).toMatchObject({ code: 'connection-closed' });
    await eventually(() => log.length === 1);
    expect(log[0]).toMatchObject({ code: 'CLIENT_GONE', status: null });
  });
});

describe('expect: 100-continue', () => {
  const head = 'POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n';

  test('is answered when the guest reads', async () => {
    const { port } = await start(echo);
    const client = await RawClient.open(port);
    await client.send(head).until((all) => all.startsWith('HTTP/1.1 100 Continue\r\n\r\n'));
    client.received = '';
    expect((await client.send('12345').response()).text).toBe('12345');
    client.socket.destroy();
  });

  test('is answered before a streamed response that may need the body', async () => {
    const { port } = await start(async (request, respond) =>
      respond({ status: 200, headers: [['content-length', '5']], content: request.body }),
    );
    const client = await RawClient.open(port);
    await client.send(head).until((all) => all.includes('100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n'));
    client.send('12345');
    expect(await client.until((all) => all.endsWith('12345'))).toContain('\r\n\r\n12345');
    client.socket.destroy();
  });

  test('is not answered when the guest does not read, and the connection closes', async () => {
    const { port } = await start(async (_request, respond) => respond(text('no', 403)));
    const client = await RawClient.open(port);
    const all = await client.send(head).end();
    expect(all).toMatch(/^HTTP\/1\.1 403 /);
    expect(all).toMatch(/\r\nconnection: close\r\n/i);
  });

  test('is not answered for a body that is too large', async () => {
    const { port } = await start(echo, { limits: { requestBodyBytesMax: 3 } });
    const client = await RawClient.open(port);
    expect(await client.send(head).end()).toMatch(/^HTTP\/1\.1 413 /);
  });
});
