// The server over real sockets on 127.0.0.1, with a fake guest behind the seam: what comes in,
// what goes out, and every way in which either side can misbehave.

import { randomFillSync } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { APP_LIMITS, type AppLimits, LIMITS } from '../../abi/limits.ts';
import { EdgeError } from '../../abi/messages.ts';
import type { AccessEntry } from '../../host/access-log.ts';
import { proxyTrust } from '../../host/http/proxy-trust.ts';
import { requestIds } from '../../host/request-id.ts';
import { HttpServer } from '../../host/server.ts';
import { collect, type FakeHandler, fakeGuest, streamOf, text } from '../support/fake-guest.ts';
import { RawClient, rawRequest } from '../support/raw-http.ts';

interface Options {
  readonly proxies?: readonly string[];
  readonly limits?: Partial<AppLimits>;
  readonly dev?: boolean;
  readonly serverTiming?: boolean;
  readonly headMsMax?: number;
}

const opened: HttpServer[] = [];

async function start(handler: FakeHandler, options: Options = {}) {
  const { dispatch, calls } = fakeGuest(handler);
  const log: AccessEntry[] = [];
  const limits = { ...APP_LIMITS, ...options.limits };
  const target = { app: 'fake', limits, dispatch, serverTiming: options.serverTiming ?? false };
  const server = new HttpServer({
    route: (_hostname, path) => (path.startsWith('/nowhere') ? null : target),
    trust: proxyTrust({
      proxies: options.proxies ?? [],
      countryHeader: 'x-country',
      regionHeader: 'x-region',
    }),
    newRequestId: requestIds(randomFillSync),
    nowMs: () => performance.now(),
    dev: options.dev ?? false,
    onAccess: (entry) => log.push(entry),
    headMsMax: options.headMsMax ?? 15_000,
  });
  opened.push(server);
  const { port } = await server.listen('127.0.0.1', 0);
  return { server, port, calls, log };
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close(0)));
});

const hello: FakeHandler = async (_request, respond) => respond(text('hello'));
const echo: FakeHandler = async (request, respond) => respond(text(await collect(request.body)));

function get(target: string, ...lines: string[]): string {
  return [`GET ${target} HTTP/1.1`, 'Host: h.test', ...lines, '', ''].join('\r\n');
}

async function eventually(check: () => boolean): Promise<void> {
  for (let count = 0; count < 200 && !check(); count++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(check()).toBe(true);
}

describe('HttpServer', () => {
  test('hands a request to the guest in the words of the WIT', async () => {
    const { port, calls } = await start(hello);
    const head = [
      'PATCH /A/../b?Q=1 HTTP/1.1',
      'HOST: H.Test:80',
      'X-One: 1',
      'x-ONE: \xe9',
      'Wheeler-Hops: 3',
    ];
    const gone = ['Connection: close, X-Private', 'X-Private: 1', 'TE: trailers', 'Keep-Alive: x'];
    await rawRequest(port, [...head, ...gone, 'Content-Length: 2', '', 'hi'].join('\r\n'));
    const { request, hops } = calls[0]!;
    expect(request.method).toBe('PATCH');
    expect(request.url).toBe('http://h.test/b?Q=1');
    expect(request.headers).toEqual([
      ['host', 'H.Test:80'],
      ['x-one', '1'],
      ['x-one', '\xe9'],
      ['content-length', '2'],
    ]);
    expect(request.body).not.toBeNull();
    expect(request.client).toMatchObject({
      address: '127.0.0.1',
      country: null,
      region: null,
      secure: false,
    });
    expect(request.id).toMatch(/^[0-9a-f]{24}$/);
    expect(hops).toBe(3);
  });

  test.each([
    ['GET / HTTP/1.1\r\nHost: h\r\n\r\n', 'no length'],
    ['POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n', 'length 0'],
  ])('gives no body for %j', async (bytes) => {
    const { port, calls } = await start(hello);
    await rawRequest(port, bytes);
    expect(calls[0]?.request.body).toBeNull();
  });

  test('gives bodies with a length and in chunks, with trailers', async () => {
    let trailers: unknown;
    const { port } = await start(async (request, respond) => {
      respond(text(await collect(request.body)));
      trailers = request.body?.trailers();
    });
    const sized = await rawRequest(port, 'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n12345');
    expect(sized.text).toBe('12345');
    const head = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunked = await rawRequest(port, `${head}3\r\nabc\r\n2\r\nde\r\n0\r\nX-Sum: 7\r\n\r\n`);
    expect(chunked.text).toBe('abcde');
    expect(trailers).toEqual([['x-sum', '7']]);
  });

  test('serves many requests on one connection, pipelined ones in order', async () => {
    const { port } = await start(async (request, respond) => {
      const path = new URL(request.url).pathname;
      if (path === '/slow') await new Promise((resolve) => setTimeout(resolve, 50));
      respond(text(path));
    });
    const client = await RawClient.open(port);
    client.send(get('/slow') + get('/b') + get('/c'));
    for (const path of ['/slow', '/b', '/c']) expect((await client.response()).text).toBe(path);
    client.socket.destroy();
  });

  test('keeps the date of the guest, and sets one where there is none', async () => {
    const date = 'Sun, 06 Nov 1994 08:49:37 GMT';
    const { port } = await start(async (request, respond) =>
      respond(text('x', 200, request.url.endsWith('/own') ? [['date', date]] : [])),
    );
    expect((await rawRequest(port, get('/own'))).headers.get('date')).toBe(date);
    expect((await rawRequest(port, get('/'))).headers.get('date')).toMatch(/GMT$/);
  });

  test('keeps lines of the same name apart and leaves connection headers out', async () => {
    const { port } = await start(async (_request, respond) =>
      respond(
        text('x', 200, [
          ['set-cookie', 'a=1'],
          ['Set-Cookie', 'b=2'],
          ['connection', 'upgrade'],
          ['transfer-encoding', 'chunked'],
          ['content-length', '77'],
        ]),
      ),
    );
    const client = await RawClient.open(port);
    const received = await client.send(get('/')).until((all) => all.endsWith('x'));
    expect(received).toContain('set-cookie: a=1\r\nSet-Cookie: b=2\r\n');
    expect(received).toContain('content-length: 1\r\n');
    expect(received).not.toMatch(/upgrade|chunked|77/);
    client.socket.destroy();
  });

  describe('content', () => {
    test.each([
      ['HEAD', 200, 'bytes', '5'],
      ['HEAD', 200, 'stream', undefined],
      ['GET', 204, 'bytes', undefined],
      ['GET', 304, 'stream', undefined],
      ['GET', 205, 'bytes', '0'],
      ['GET', 200, 'empty', '0'],
    ])(
      '%s with status %i and %s content: length %s, nothing follows',
      async (method, status, kind, length) => {
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
      },
    );

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
      const { port } = await start(async (_request, respond) =>
        respond({ status: 200, headers: [], content }),
      );
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

  describe('refuses', () => {
    const long = 'a'.repeat(LIMITS.urlBytesMax);
    test.each([
      ['no host', 'GET / HTTP/1.1\r\n\r\n', 400],
      ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n', 400],
      ['an empty host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n', 400],
      ['a host with a path', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n', 400],
      ['a host with credentials', 'GET / HTTP/1.1\r\nHost: u:p@a\r\n\r\n', 400],
      ['a host with a bad port', 'GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n', 400],
      ['a host that is no address', 'GET / HTTP/1.1\r\nHost: 1.2.3.4.5\r\n\r\n', 400],
      ['a target that is no path', 'GET foo HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['a target with credentials', 'GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['a target of another scheme', 'GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['a target with raw bytes', 'GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['a target with a fragment', 'GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['a URL that is too long', `GET /${long} HTTP/1.1\r\nHost: a\r\n\r\n`, 414],
      ['headers that are too large', get('/', `X: ${'a'.repeat(LIMITS.headerBytesMax)}`), 431],
      ['headers beyond what the parser takes', get('/', `X: ${'a'.repeat(200_000)}`), 431],
      ['too many header lines', get('/', ...Array(LIMITS.headersMax).fill('X: 1')), 431],
      ['two thousand header lines', get('/', ...Array(2_500).fill('X: 1')), 431],
      ['what is not HTTP', 'hello there\r\n\r\n', 400],
      ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
      ['an unknown version', 'GET / HTTP/3.7\r\nHost: a\r\n\r\n', 400],
      ['an unknown method', 'BREW / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
      ['CONNECT', 'CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n', 400],
      ['a header without a name', 'GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n', 400],
      ['a space before the colon', 'GET / HTTP/1.1\r\nHost: a\r\nX : x\r\n\r\n', 400],
      ['a folded header', 'GET / HTTP/1.1\r\nHost: a\r\nX: x\r\n y\r\n\r\n', 400],
      ['a bare line feed', 'GET / HTTP/1.1\nHost: a\n\n', 400],
      ['a NUL in a value', 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n', 400],
    ])('%s', async (_name, bytes, status) => {
      const { port, calls, log } = await start(hello);
      const answer = await rawRequest(port, bytes);
      expect(answer.status).toBe(status);
      expect(answer.text).toMatch(/^\d{3} REQUEST_/);
      expect(calls).toHaveLength(0);
      await eventually(() => log.length === 1);
      expect(log[0]?.status).toBe(status);
      // And the server goes on.
      expect((await rawRequest(port, get('/'))).text).toBe('hello');
    });

    const smuggled = '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
    test.each([
      ['both lengths', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
      ['both lengths the other way round', 'Transfer-Encoding: chunked\r\nContent-Length: 5'],
      ['two lengths', 'Content-Length: 5\r\nContent-Length: 6'],
      ['two equal lengths', 'Content-Length: 5\r\nContent-Length: 5'],
      ['a list of lengths', 'Content-Length: 5, 5'],
      ['a signed length', 'Content-Length: +5'],
      ['a hexadecimal length', 'Content-Length: 0x5'],
      ['a length beyond all numbers', 'Content-Length: 99999999999999999999999'],
      ['chunked twice', 'Transfer-Encoding: chunked, chunked'],
      ['chunked not last', 'Transfer-Encoding: chunked, gzip'],
      ['a coding before chunked', 'Transfer-Encoding: gzip, chunked'],
      ['a coding on a line of its own', 'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked'],
      ['identity', 'Transfer-Encoding: identity'],
      ['a disguised coding', 'Transfer-Encoding: xchunked'],
      ['a vertical tab', 'Transfer-Encoding: \x0bchunked'],
    ])('a framing that reads in two ways: %s', async (_name, lines) => {
      const { port, calls } = await start(hello);
      const client = await RawClient.open(port);
      client.send(`POST / HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n${smuggled}`);
      await client.until((all) => all.includes('\nRequest '));
      expect(client.received).toMatch(/^HTTP\/1\.1 400 /);
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(calls.map(({ request }) => request.url)).toEqual([]);
      client.socket.destroy();
    });

    test('chunked bodies of HTTP/1.0', async () => {
      const { port, calls } = await start(hello);
      const head = 'POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
      expect((await rawRequest(port, `${head}0\r\n\r\n`)).status).toBe(400);
      expect(calls).toHaveLength(0);
    });

    test('a bad chunk in the middle of a body', async () => {
      const failure = Promise.withResolvers<unknown>();
      const { port, log } = await start(async (request) => {
        failure.resolve(await collect(request.body).catch((error) => error));
      });
      const client = await RawClient.open(port);
      client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n');
      await new Promise((resolve) => setTimeout(resolve, 50));
      const all = await client.send('zz\r\n').end();
      expect(all).toMatch(/^HTTP\/1\.1 400 /);
      expect(await failure.promise).toMatchObject({ code: 'protocol-violated' });
      await eventually(() => log.length === 1);
      expect(log[0]).toMatchObject({ code: 'REQUEST_MALFORMED', status: 400, app: 'fake' });
    });

    test('a head that comes too slowly', async () => {
      const { port, log } = await start(hello, { headMsMax: 300 });
      const client = await RawClient.open(port);
      const all = await client.send('GET / HTTP/1.1\r\nHo').end();
      expect(all).toMatch(/^HTTP\/1\.1 408 /);
      expect(log[0]?.code).toBe('REQUEST_TIMEOUT');
    });
  });

  test.each([
    [
      'an absolute target',
      'GET http://Other.test:8080/x?y HTTP/1.1\r\nHost: a',
      'http://other.test:8080/x?y',
    ],
    ['a path of two slashes', 'GET //evil.test/x HTTP/1.1\r\nHost: a', 'http://a//evil.test/x'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a', 'http://a/'],
    ['an IPv6 host', 'GET / HTTP/1.1\r\nHost: [::1]:81', 'http://[::1]:81/'],
    ['dots to normalise', 'GET /a/%2e%2e/../b\\c HTTP/1.1\r\nHost: a', 'http://a/b/c'],
    ['HTTP/1.0', 'GET /x HTTP/1.0\r\nHost: a', 'http://a/x'],
  ])('makes one URL of %s', async (_name, head, url) => {
    const { port, calls } = await start(hello);
    await rawRequest(port, `${head}\r\n\r\n`);
    expect(calls[0]?.request.url).toBe(url);
  });

  describe('behind proxies', () => {
    const lines = [
      'X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.1.1',
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: shop.test',
      'X-Country: de',
      'X-Region: be',
    ];

    test('believes the trusted ones', async () => {
      const { port, calls } = await start(hello, { proxies: ['127.0.0.0/8', '10.0.0.0/8'] });
      await rawRequest(port, get('/p', ...lines));
      expect(calls[0]?.request.client).toMatchObject({
        address: '203.0.113.9',
        country: 'DE',
        region: 'DE-BE',
        httpVersion: '1.1',
        secure: true,
      });
      expect(calls[0]?.request.url).toBe('https://shop.test/p');
    });

    test('believes nobody else, and takes their word away', async () => {
      const { port, calls } = await start(hello, { proxies: ['10.0.0.0/8'] });
      await rawRequest(port, get('/p', ...lines));
      expect(calls[0]?.request.client).toMatchObject({
        address: '127.0.0.1',
        country: null,
        region: null,
        secure: false,
      });
      expect(calls[0]?.request.url).toBe('http://h.test/p');
      expect(calls[0]?.request.headers).toEqual([['host', 'h.test']]);
    });
  });

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

  test('answers a thousand requests over fifty connections and keeps nothing', async () => {
    const { port, server, log } = await start(echo);
    const one = async (name: string) => {
      const client = await RawClient.open(port);
      for (let count = 0; count < 20; count++) {
        const body = `${name}/${count}`;
        client.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        expect((await client.response()).text).toBe(body);
      }
      client.socket.destroy();
    };
    await Promise.all(Array.from({ length: 50 }, (_, index) => one(`c${index}`)));
    await eventually(() => server.inFlight === 0);
    expect(log.every(({ code }) => code === 'OK')).toBe(true);
    expect(new Set(log.map(({ id }) => id)).size).toBe(1_000);
  });
});
