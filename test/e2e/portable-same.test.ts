// Guests of wheeler:edge and the same as components of wasi:http/proxy, side by side in one host: what a client
// sees is the same. The adapters are what is tried here; other hosts are in portable.test.ts.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ByteSource, Header, IncomingRequest } from '../../abi/messages.ts';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import { makePortable } from '../../toolchain/portable/make-portable.ts';
import { type AppOptions, appOf, type TestApp } from '../support/apps.ts';

const apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/slow') return void setTimeout(() => response.end('slow'), 200).unref();
    if (request.url === '/to-slow') return void response.writeHead(307, { location: '/slow' }).end();
    response.setHeader('x-powered-by', 'somebody');
    if (request.url === '/upload') return void request.pipe(response);
    return void response.end(`${request.method} ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** The guest as it is, and as a portable component. */
async function both(id: string, options: AppOptions = {}): Promise<readonly [TestApp, TestApp]> {
  const handler = (await readPrebuilt(id)) as Uint8Array;
  const made = await makePortable(handler);
  if ('findings' in made) throw new Error(JSON.stringify(made.findings));
  const grants = [{ origin, private: true }];
  const pair = [
    await appOf(handler, { grants, ...options }),
    await appOf(made.component, { grants, ...options }),
  ] as const;
  apps.push(...pair);
  return pair;
}

/** Who says how long a content is differs: the host, or the adapter. */
const told = (headers: readonly Header[]) => headers.filter(([name]) => name !== 'content-length').sort();

function bodyOf(pieces: readonly string[], trailers: readonly Header[] = []): ByteSource {
  const rest = pieces.map((piece) => new TextEncoder().encode(piece));
  return { next: async () => rest.shift() ?? null, cancel: () => {}, trailers: () => trailers };
}

interface Asked {
  readonly path?: string;
  readonly method?: string;
  readonly pieces?: readonly string[];
  readonly headers?: readonly Header[];
}

function requestOf({ path = '/', method, pieces, headers = [] }: Asked): Partial<IncomingRequest> {
  const { href: url } = new URL(`http://localhost${path.replaceAll('ORIGIN', origin)}`);
  return {
    url,
    headers: [['host', 'localhost'], ...headers],
    method: method ?? (pieces === undefined ? 'GET' : 'POST'),
    body: pieces === undefined ? null : bodyOf(pieces),
  };
}

const ENCODED = 'x'.repeat(200_000);

describe('the same answer', () => {
  test.each<readonly [string, Asked]>([
    [
      'rust/hello',
      {
        path: '/a?b',
        headers: [
          ['x-a', '1'],
          ['x-b', 'caf\u00e9'],
          ['x-a', '2'],
        ],
      },
    ],
    ['assemblyscript/hello', { path: '/a/../b%7e?c=%zz' }],
    ['go/hello', { method: 'PROPFIND', path: '/' }],
    ['assemblyscript/responds-twice', {}],
    ['assemblyscript/headers', { pieces: ['append a:1\nappend A:2\nget a'] }],
    ['assemblyscript/text', { pieces: ['h\u00e9', 'llo'] }],
    ['assemblyscript/json', { pieces: ['{"a":[1,2]}'] }],
    ['assemblyscript/stream', { path: '/?chunks=40&bytes=10000' }],
    ['assemblyscript/echo', { pieces: ['a', 'b', ENCODED] }],
    ['rust/touch', { pieces: ['ab', ENCODED] }],
    ['rust/touch', { path: '/?from=ORIGIN/page' }],
    ['assemblyscript/touch', { pieces: [ENCODED, ENCODED] }],
    ['assemblyscript/sleeps', { path: '/?ms=5' }],
    ['rust/race', { path: '/?url=ORIGIN/slow&url=ORIGIN/fast' }],
    ['rust/race', { path: '/?url=ORIGIN/to-slow&ms=20' }],
    ['rust/race', { path: '/?url=ftp://x' }],
    ['assemblyscript/race', { path: '/?url=ORIGIN/slow&url=ORIGIN/fast' }],
    ['assemblyscript/after-response', { path: '/?url=ORIGIN/after' }],
    ['rust/secure-headers', { path: '/page' }],
    ['go/secure-headers', { path: '/upload', pieces: ['up', ENCODED] }],
    ['assemblyscript/secure-headers', { path: '/upload', pieces: ['up', ENCODED] }],
    ['rust/grows-memory', {}],
    ['assemblyscript/digest', { path: '/?hash=sha384&pieces=1', pieces: ['abc', ENCODED] }],
    ['rust/streams', { path: '/?to=ORIGIN/upload', pieces: ['abc', ENCODED] }],
  ])('%s %#', async (id, asked) => {
    const [edge, portable] = await both(id, { variables: { ORIGIN: origin } });
    const [wanted, got] = [await edge.ask(requestOf(asked)), await portable.ask(requestOf(asked))];
    expect([got.status, got.text, told(got.headers)]).toEqual([
      wanted.status,
      wanted.text,
      told(wanted.headers),
    ]);
    expect(got.outcome.code).toBe(wanted.outcome.code);
  });
});

test('trailers go both ways', async () => {
  const [edge, portable] = await both('assemblyscript/trailers');
  for (const app of [edge, portable]) {
    const { response } = app.start({
      ...requestOf({ method: 'POST' }),
      body: bodyOf(['content'], [['x-sum', '7']]),
    });
    const { content } = await response;
    if (content === null || content instanceof Uint8Array) throw new Error('It is no stream');
    let text = '';
    for (let piece = await content.next(); piece !== null; piece = await content.next()) {
      text += new TextDecoder().decode(piece);
    }
    expect([text, content.trailers()]).toEqual([
      'content',
      [
        ['x-sum', '7'],
        ['x-seen', 'yes'],
      ],
    ]);
  }
});

test('a stream that the handler breaks off is broken off', async () => {
  for (const app of await both('assemblyscript/stream')) {
    const asked = app.ask(requestOf({ path: '/?chunks=3&bytes=10&cut=1' }));
    await expect(asked).rejects.toThrow();
  }
});

test('a handler without an answer is a failure', async () => {
  const [, portable] = await both('assemblyscript/no-response');
  const { status } = await portable.ask();
  expect(status).toBe(500);
});

test('waiting for what nobody does is a trap', async () => {
  const [, portable] = await both('assemblyscript/waits-forever');
  const exchange = portable.start();
  exchange.response.catch(() => {});
  expect((await exchange.done).code).toBe('GUEST_TRAPPED');
});
