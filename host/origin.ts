// The demo's origin: the server behind the `secure-headers` guests of `npm start`. An ordinary
// server on another loopback port, with what such servers say too much and too little of.
// Nothing of the product depends on it.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface Origin {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

const SLOW_MS_MAX = 10_000;
const STREAM_MB_MAX = 4_096;
const MEGABYTE = 1024 * 1024;

const PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>A page of the origin</title>
<h1>A page of the origin</h1>
<p>Look at the headers: the guest in front removed some and added others.</p>
</html>
`;

export function startOrigin(): Promise<Origin> {
  const server = createServer((request, response) => {
    response.setHeader('server', 'origin/1.0');
    response.setHeader('x-powered-by', 'Express');
    answer(request, response).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, close: () => close(server) });
    });
  });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://origin');
  switch (url.pathname) {
    case '/':
      response.setHeader('content-type', 'text/html; charset=utf-8').end(PAGE);
      return;
    case '/json':
      response.setHeader('content-type', 'application/json').end('{"hello":"from the origin"}\n');
      return;
    case '/slow': {
      const ms = numberOf(url, 'ms', 1_000, SLOW_MS_MAX);
      setTimeout(() => response.setHeader('content-type', 'text/plain').end(`after ${ms} ms\n`), ms);
      return;
    }
    case '/stream': {
      const mb = numberOf(url, 'mb', 10, STREAM_MB_MAX);
      response.setHeader('content-type', 'application/octet-stream');
      response.setHeader('content-length', mb * MEGABYTE);
      await pipeline(Readable.from(zeros(mb * MEGABYTE)), response);
      return;
    }
    case '/echo':
      response.setHeader('content-type', request.headers['content-type'] ?? 'application/octet-stream');
      await pipeline(request, response);
      return;
    default:
      response.statusCode = 404;
      response.setHeader('content-type', 'text/plain').end('The origin has no such page\n');
  }
}

function numberOf(url: URL, name: string, otherwise: number, max: number): number {
  const text = url.searchParams.get(name) ?? '';
  return /^\d{1,6}$/.test(text) ? Math.min(Number(text), max) : otherwise;
}

function* zeros(bytes: number): Generator<Uint8Array> {
  const piece = new Uint8Array(64 * 1024);
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
