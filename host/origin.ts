// The demo's origin: the server behind the examples of `npm start`. An ordinary server on another
// loopback port, with what such servers say too much and too little of; and stand-ins for the
// servers on the internet that the examples are for, so that the demo needs no network.
// Nothing of the product depends on it.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock, Entropy } from '../abi/capabilities.ts';
import { exampleSources } from './stand-ins/example-sources.ts';
import { identityProvider } from './stand-ins/identity-provider.ts';
import { logServer } from './stand-ins/log-server.ts';
import { rangeApi } from './stand-ins/range-api.ts';
import { answerText, type StandIn } from './stand-ins/stand-in.ts';
import { tileServer } from './stand-ins/tile-server.ts';

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

/** A file of the store that `jwt-gate` stands before. */
const REPORT = 'Takings of last year: this is not for everybody.\n';

export function startOrigin(clock: Pick<Clock, 'wallMs'>, entropy: Entropy): Promise<Origin> {
  const standIns = standInsOf(clock, entropy);
  const server = createServer((request, response) => {
    response.setHeader('server', 'origin/1.0');
    response.setHeader('x-powered-by', 'Express');
    answer(request, response, standIns).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, close: () => close(server) });
    });
  });
}

/** By the prefixes of their paths. */
function standInsOf(clock: Pick<Clock, 'wallMs'>, entropy: Entropy): ReadonlyMap<string, StandIn> {
  return new Map([
    ['/range', rangeApi],
    ['/identity', identityProvider(clock)],
    ['/log', logServer()],
    ['/tiles-a', tileServer(entropy)],
    ['/tiles-b', tileServer(entropy)],
    ['/sources', exampleSources],
    ['/backend-a', backend('a')],
    ['/backend-b', backend('b')],
    ['/random', (_request, response) => answerText(response, 200, shuffled(entropy).join('\n'))],
  ]);
}

/** One of several backends that stand behind the example `front`. */
function backend(name: string): StandIn {
  return (request, response, path) => {
    const country = request.headers['x-client-country'] ?? 'not told';
    answerText(response, 200, `Backend ${name} answers ${path}, the country is ${country}\n`);
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  standIns: ReadonlyMap<string, StandIn>,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://origin');
  const [prefix = ''] = /^\/[^/]*/.exec(url.pathname) ?? [];
  const standIn = standIns.get(prefix);
  if (standIn !== undefined) return standIn(request, response, url.pathname.slice(prefix.length));
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
    case '/sign-up': {
      const verdict = request.headers['x-password-pwned'] ?? 'not there';
      answerText(response, 200, `The site was told: x-password-pwned is ${verdict}\n`);
      return;
    }
    case '/report.txt':
      answerText(response, 200, REPORT);
      return;
    case '/echo':
      response.setHeader('content-type', request.headers['content-type'] ?? 'application/octet-stream');
      await pipeline(request, response);
      return;
    default:
      response.statusCode = 404;
      response.setHeader('content-type', 'text/plain').end('The origin has no such page\n');
  }
}

/** The numbers 1 to 49 in random order. */
function shuffled(entropy: Entropy): number[] {
  const bytes = new DataView(entropy.bytes(49 * 4).slice().buffer);
  return Array.from({ length: 49 }, (_, i) => ({ number: i + 1, at: bytes.getUint32(i * 4) }))
    .sort((a, b) => a.at - b.at)
    .map(({ number }) => number);
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
