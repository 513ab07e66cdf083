// The server that the fetch tests of web-platform-tests ask: what its scripts in fetch/api/resources do, as far
// as the tests that are run want it. Nothing of this host is in it.
// Spec: wpt, fetch/api/resources/*.py and xhr/resources/*.asis.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

export interface WptOrigin {
  /** The same server under two names. */
  readonly origin: string;
  readonly remoteOrigin: string;
  close(): void;
}

type Query = URLSearchParams;
type Serve = (query: Query, request: IncomingMessage, response: ServerResponse) => Promise<unknown> | unknown;

export async function wptOrigin(): Promise<WptOrigin> {
  const redirects = new Map<string, number>();
  const files: Readonly<Record<string, Serve>> = { ...FILES, 'redirect.py': redirecter(redirects) };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://origin');
    const serve = files[pathname.slice(pathname.lastIndexOf('/') + 1)];
    if (serve === undefined) response.writeHead(404).end();
    else Promise.resolve(serve(searchParams, request, response)).catch((error) => response.destroy(error));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    remoteOrigin: `http://localhost:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const text: Serve = (_, __, response) => response.end('text');

/** Header lines as they are in an `.asis` file. */
const lines =
  (name: string, values: readonly string[]): Serve =>
  (_, __, response) =>
    response
      .writeHead(
        200,
        values.flatMap((value) => [name, value]),
      )
      .end();

const COPIED = ['content-length', 'content-type', 'content-encoding', 'content-language', 'content-location'];

const FILES: Readonly<Record<string, Serve>> = {
  'clean-stash.py': text,
  'top.txt': text,
  'cors-top.txt': text,
  'headers-basic.asis': lines('foo-test', ['1', '2', '3']),
  'headers-some-are-empty.asis': lines('HEYA', ['', '1', '\t', '', '\t2']),
  'headers-www-authenticate.asis': lines('www-authenticate', ['1, 2', '3, 4']),

  async 'method.py'(_, request, response) {
    response.setHeader('x-request-method', request.method ?? '');
    for (const name of COPIED) response.setHeader(`x-request-${name}`, request.headers[name] ?? 'NO');
    response.end(await buffer(request));
  },

  async 'echo-content.py'(_, request, response) {
    response.end(await buffer(request));
  },

  'echo-headers.py'(_, { rawHeaders }, response) {
    const echoed = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
    response.end(echoed.join('\n'));
  },

  async 'trickle.py'(query, _, response) {
    if (!query.has('notype')) response.setHeader('content-type', 'text/plain');
    for (let left = Number(query.get('count')); left > 0 && !response.destroyed; left -= 1) {
      response.write('TEST_TRICKLE\n');
      await sleep(Number(query.get('ms')));
    }
    response.end();
  },

  async 'network-partition-key.py'(query, request, response) {
    await buffer(request);
    response.writeHead(query.get('status') === '42' ? 421 : Number(query.get('status'))).end('ok');
  },
};

/** @param counts by token, how often each has come by */
function redirecter(counts: Map<string, number>): Serve {
  return (query, _, response) => {
    const key = query.get('token');
    const count = ((key === null ? undefined : counts.get(key)) ?? 0) + 1;
    if (key !== null) counts.set(key, count);
    const most = query.get('max_count');
    if (most !== null && count > Number(most)) {
      response.end(String(count - 1));
      return;
    }
    const location = query.get('location');
    if (location !== null) response.setHeader('location', target(location, query, count));
    response.writeHead(Number(query.get('redirect_status') ?? 302)).end();
  };
}

/** Goes on with the same query, and looks different each time. */
function target(location: string, query: Query, count: number): string {
  const isHttp = /^(https?:|[^:]*$)/.test(location) && !location.includes('#');
  return isHttp ? `${location}${location.includes('?') ? '&' : '?'}${query}&count=${count}` : location;
}
