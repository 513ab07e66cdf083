// What the server refuses before a guest sees it.

import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../abi/limits.ts';
import { collect } from '../support/fake-guest.ts';
import { eventually, get, hello, start } from '../support/http-server.ts';
import { RawClient, rawRequest } from '../support/raw-http.ts';

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
