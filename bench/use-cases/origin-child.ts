// The servers that the use cases talk to, in a process of their own and without a cache: a range
// API, an identity provider, a site, a store, two tile servers, a log, dice. They answer the same
// thing each time, at once, but for the slower tile server. Prints where it listens.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../host/clock.ts';
import { identityProvider } from '../../host/stand-ins/identity-provider.ts';
import { rangeApi } from '../../host/stand-ins/range-api.ts';
import type { StandIn } from '../../host/stand-ins/stand-in.ts';

const SLOW_MS = 20; // arbitrary
const TILE = Buffer.alloc(20_000, 1); // what a map tile has
const OBJECT = Buffer.alloc(100_000, 2);
const NUMBERS = Array.from({ length: 49 }, (_, i) => i + 1).join('\n');

const provider = identityProvider(systemClock());

const ANSWERS: Readonly<Record<string, StandIn>> = {
  range: rangeApi,
  identity: provider,
  site: (request, response) => drained(request, () => response.end('Welcome\n')),
  log: (request, response) => drained(request, () => response.writeHead(204).end()),
  store: (_request, response, path) => {
    if (path.endsWith('/health')) response.writeHead(204).end();
    else send(response, 'application/octet-stream', OBJECT);
  },
  'tiles-fast': (_request, response) => send(response, 'image/png', TILE),
  'tiles-slow': (_request, response) => void setTimeout(() => send(response, 'image/png', TILE), SLOW_MS),
  random: (_request, response) => send(response, 'text/plain', Buffer.from(NUMBERS)),
};

function send(response: ServerResponse, type: string, body: Buffer): void {
  response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body);
}

function drained(request: IncomingMessage, then: () => void): void {
  request.on('end', then).resume();
}

const server = createServer((request, response) => {
  const [, name = '', path = ''] = /^\/([^/]*)(\/[^?]*)?/.exec(request.url ?? '') ?? [];
  const answer = ANSWERS[name];
  if (answer === undefined) response.writeHead(404).end();
  else void answer(request, response, path);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit());
