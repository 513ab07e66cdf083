// The server over real sockets on 127.0.0.1, with a fake guest behind the seam: what comes in,
// what goes out, and every way in which either side can misbehave.

import { describe, expect, test } from 'vitest';
import { collect, text } from '../support/fake-guest.ts';
import { echo, eventually, get, hello, start } from '../support/http-server.ts';
import { RawClient, rawRequest } from '../support/raw-http.ts';

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
