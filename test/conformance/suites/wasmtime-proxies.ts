// Those of wasmtime's programs for wasi:http 0.2 that stand between a client and other servers: they stream both
// ways at once and ask several servers side by side. What is asked is what wasmtime's tests ask.
// Spec: bytecodealliance/wasmtime, crates/wasi-http/tests/all/p2.rs.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RawClient } from '../../support/raw-http.ts';
import { serveConfig } from '../../support/served.ts';

/** By the names of the programs: what went wrong, or nothing. */
export const PROXIES: Readonly<Record<string, (path: string) => Promise<string>>> = {
  p2_api_proxy_streaming: (path) =>
    between(path, async (base, origin) => {
      const echoed = await echo(`${base}/echo`, {});
      const doubled = await echo(`${base}/double-echo`, { url: `${origin}/echo` });
      return [echoed, doubled, await hashAll(base, origin)].filter((one) => one !== '').join('; ');
    }),

  p2_api_proxy_forward_request: (path) =>
    between(path, async (base, origin) => {
      const client = await RawClient.open(Number(new URL(base).port));
      const host = new URL(origin).host;
      const answer = await client.send(`GET /a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`).end();
      return answer.startsWith('HTTP/1.1 200 ') ? '' : answer.slice(0, 200);
    }),
};

const PAGES: Readonly<Record<string, string>> = {
  '/a': '’Twas brillig, and the slithy toves',
  '/b': 'Did gyre and gimble in the wabe:',
  '/c': 'All mimsy were the borogoves,',
  '/d': 'And the mome raths outgrabe.',
};

async function between(
  path: string,
  ask: (base: string, origin: string) => Promise<string>,
): Promise<string> {
  const server = createServer((request, response) => {
    const page = PAGES[request.url ?? ''];
    if (request.method === 'GET' && page !== undefined) response.end(page);
    else if (request.method !== 'POST' || request.url !== '/echo') response.writeHead(405).end();
    else {
      // The program waits for the head before it sends anything.
      response.flushHeaders();
      request.pipe(response);
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const served = await serveConfig(`
[app.program]
component = ${JSON.stringify(path)}
routes = ["/"]
outbound = [{ url = "${origin}", private = true }]
limits = { cpu_ms_max = 1000 }
`);
    try {
      return await ask(served.base, origin);
    } finally {
      await served.stop();
    }
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A megabyte there and back. */
async function echo(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const body = Uint8Array.from({ length: 1024 * 1024 }, (_, i) => (i + 1) * 251);
  const type = 'application/octet-stream';
  const response = await fetch(url, { method: 'POST', body, headers: { 'content-type': type, ...headers } });
  const received = await response.bytes().catch((error: Error) => new TextEncoder().encode(error.message));
  if (response.status !== 200 || response.headers.get('content-type') !== type)
    return `${url} answered ${response.status}`;
  return Buffer.compare(body, received) === 0 ? '' : `${url} gave ${received.length} other bytes back`;
}

async function hashAll(base: string, origin: string): Promise<string> {
  const headers = Object.keys(PAGES).map((path): [string, string] => ['url', `${origin}${path}`]);
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // One line for each: joined into one they would be no URL.
  const client = await RawClient.open(Number(new URL(base).port));
  const request = `GET /hash-all HTTP/1.0\r\nHost: example.com:8080\r\n${lines}\r\n`;
  const answer = await client.send(request).end();
  const got = answer
    .slice(answer.indexOf('\r\n\r\n') + 4)
    .split('\n')
    .filter(Boolean);
  const wanted = Object.entries(PAGES).map(([path, page]) => {
    const hash = createHash('sha256').update(page).digest('base64').replaceAll('=', '');
    return `${origin}${path}: ${hash}`;
  });
  return got.sort().join() === wanted.sort().join() ? '' : `the hashes were ${answer.slice(0, 300)}`;
}
