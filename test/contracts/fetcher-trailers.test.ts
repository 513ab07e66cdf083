// Requests whose content is followed by trailers: what is sent, and that connections and faults are
// treated as those of all other requests.

import { expect, test } from 'vitest';
import type { FetchRequest } from '../../abi/messages.ts';
import {
  codeOf,
  fetcherFor,
  makeApp,
  NEVER,
  post,
  serve,
  serveRaw,
  source,
  text,
} from './fetcher-support.ts';

const ANNOUNCED = [
  ['trailer', 'x-sum'],
  ['x-own', 'a'],
] as const;

function trailing(url: string, chunks: Iterable<string> = ['one ', 'two']): FetchRequest {
  const lines = [
    ['X-Sum', '42'],
    ['host', 'evil.example'],
  ] as const;
  return { ...post(url, source(chunks, lines), ANNOUNCED), redirect: 'manual' };
}

test('trailers that a stream announces are sent, without those that belong to the host', async () => {
  const origin = await serve(async (request, response) => {
    const content = (await request.toArray()).join('');
    response.end(JSON.stringify([content, request.rawHeaders, request.rawTrailers]));
  });
  const response = await fetcherFor([origin]).fetch(trailing(`${origin}/a?b`), NEVER);
  expect(JSON.parse(await text(response.body))).toEqual([
    'one two',
    [
      ...['x-own', 'a', 'wheeler-hops', '1', 'trailer', 'x-sum', 'host', new URL(origin).host],
      ...['connection', 'close', 'transfer-encoding', 'chunked'],
    ],
    ['x-sum', '42'],
  ]);
});

test('a response of any length comes in pieces, with trailers of its own', async () => {
  const origin = await serve((request, response) => {
    request.resume();
    response.writeHead(200, { trailer: 'x-end' });
    for (let i = 0; i < 64; i++) response.write('x'.repeat(65_536));
    response.addTrailers({ 'x-end': 'yes' });
    response.end();
  });
  const { body } = await fetcherFor([origin]).fetch(trailing(origin), NEVER);
  expect((await text(body)).length).toBe(64 * 65_536);
  expect(body.trailers()).toEqual([['x-end', 'yes']]);
});

test('nothing is connected to but what is granted', async () => {
  expect(await codeOf(fetcherFor([]).fetch(trailing('http://127.0.0.1:80'), NEVER))).toBe('not-granted');
  const network = {
    resolve: async () => ['127.0.0.1'],
    connect: () => Promise.reject(new Error('It was connected')),
  };
  const app = makeApp({ network, grants: [{ origin: 'http://granted.test', private: false }] });
  const fetching = app.prepare({ id: 'r', hops: 0 }).fetch(trailing('http://granted.test'), NEVER);
  expect(await codeOf(fetching)).toBe('address-refused');
});

test.each([
  ['', 'connection-failed'],
  ['HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhal', 'connection-closed'],
  ['nonsense\r\n\r\n', 'protocol-violated'],
  ['HTTP/1.1 200 OK\r\nx: \x01\x00\r\n\r\n', 'protocol-violated'],
  [`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(200_000)}\r\n\r\n`, 'too-large'],
])('a server that says %j and hangs up is an error %s', async (said, code) => {
  const origin = await serveRaw((socket) => socket.end(said, 'latin1'));
  const read = async () => {
    const { body } = await fetcherFor([origin]).fetch(trailing(origin), NEVER);
    return text(body);
  };
  expect(await codeOf(read())).toBe(code);
});

test('an abort ends it, and tells the content', async () => {
  const origin = await serve(() => {});
  const content = source(['one']);
  const controller = new AbortController();
  const fetching = fetcherFor([origin]).fetch(post(origin, content, ANNOUNCED), controller.signal);
  setTimeout(() => controller.abort(), 50);
  expect(await codeOf(fetching)).toBe('connection-closed');
  expect(content.cancelled).toBe(true);
});

test('a server that answers at once and reads nothing stops the upload', async () => {
  const origin = await serve((_, response) => response.writeHead(413).end());
  function* endless() {
    for (;;) yield 'x'.repeat(65_536);
  }
  const { status, body } = await fetcherFor([origin]).fetch(trailing(origin, endless()), NEVER);
  expect(status).toBe(413);
  expect(await codeOf(text(body).then(() => Promise.reject(new Error('read'))))).toBe('read');
});
