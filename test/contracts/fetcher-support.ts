// Servers on the loopback interface and fetchers that may reach them, for the tests of the fetch
// capability. What a test opened is closed after it.

import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Fetcher } from '../../abi/capabilities.ts';
import { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
import type { ByteSource, Content, EdgeError, FetchRequest, Header } from '../../abi/messages.ts';
import type { AppCapability, AppConfig, GrantSpec } from '../../host/capabilities/capability.ts';
import { type FetchParts, initFetch } from '../../host/capabilities/fetch.ts';

export interface TestApp {
  readonly network?: FetchParts['network'];
  readonly parts?: Partial<FetchParts>;
  readonly config?: Partial<AppConfig>;
  readonly grants?: readonly GrantSpec[];
  readonly limits?: Partial<AppLimits>;
}

export function makeApp({
  network,
  grants = [],
  limits = {},
  parts = {},
  config = {},
}: TestApp): AppCapability<Fetcher> {
  const app = initFetch({
    nowMs: () => performance.now(),
    ...parts,
    ...(network === undefined ? {} : { network }),
  }).configure({
    name: 'test',
    limits: { ...APP_LIMITS, ...limits },
    grants,
    variables: new Map(),
    secrets: new Map(),
    ...config,
  });
  onTestFinished(() => app.close(0));
  return app;
}

/** A fetcher that may reach the given origins, private or not. */
export function fetcherFor(origins: readonly string[], options: TestApp & { hops?: number } = {}): Fetcher {
  const grants = origins.map((origin) => ({ origin, private: true }));
  return makeApp({ grants, ...options }).prepare({ id: 'r1', hops: options.hops ?? 0 });
}

export const NEVER = new AbortController().signal;

export function get(url: string, more: Partial<FetchRequest> = {}): FetchRequest {
  return { method: 'GET', url, headers: [], content: null, redirect: 'follow', timeoutMs: null, ...more };
}

export function post(url: string, content: Content, headers: readonly Header[] = []): FetchRequest {
  return get(url, { method: 'POST', content, headers });
}

export async function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

/** A server that speaks as HTTP what the test says. */
export function serveRaw(onRequest: (socket: Socket, request: string) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (data) => onRequest(socket, data.toString('latin1')));
  });
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(server);
}

export async function listen(
  server: Server | ReturnType<typeof createTcpServer>,
  scheme = 'http',
): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function text(body: ByteSource): Promise<string> {
  return Buffer.from(await bytes(body)).toString();
}

export async function bytes(body: ByteSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await body.next(); chunk !== null; chunk = await body.next()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The code with which a promise rejects; the message if it is no `EdgeError`. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: EdgeError) => error.code ?? error.message,
  );
}

export function source(
  chunks: Iterable<Uint8Array | string>,
  trailers: readonly Header[] = [],
): ByteSource & { cancelled: boolean; pulled: number } {
  const iterator = chunks[Symbol.iterator]();
  return {
    cancelled: false,
    pulled: 0,
    async next() {
      const { done, value } = iterator.next();
      if (done) return null;
      this.pulled++;
      return typeof value === 'string' ? Buffer.from(value) : value;
    },
    cancel() {
      this.cancelled = true;
    },
    trailers: () => trailers,
  };
}
