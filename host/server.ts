// The HTTP server: sockets in, sockets out. Steps 1 and 11 of the request path.
// Owns the listener, the connections and how they end; what happens to one request is in
// `http/serve.ts`. Framing is left to Node's parser in strict mode: it refuses what can be
// read in two ways (both lengths given, a bad chunk, a bare line feed).
// Spec: RFC 9110, RFC 9112.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import { LIMITS } from '../abi/limits.ts';
import { connectionOf, openConnection } from './http/connection.ts';
import { refuseConnection } from './http/refuse-connection.ts';
import { RequestList } from './http/request-list.ts';
import { type ServeContext, ServedRequest } from './http/serve.ts';
import type { BoundSocket } from './listening-sockets.ts';

export interface HttpServerOptions extends Omit<ServeContext, 'isClosing' | 'isRetiring'> {
  /** From the first byte of a connection, or of a request on it, to the end of its head. */
  readonly headMsMax?: number;
  /** How long a connection may wait for its next request. */
  readonly keepAliveMsMax?: number;
}

const HEAD_MS_MAX = 15_000; // arbitrary
const KEEP_ALIVE_MS_MAX = 65_000; // longer than the 60 s of usual load balancers, which must close first
const AFTER_CANCEL_MS_MAX = 2_000; // arbitrary

export class HttpServer {
  readonly #server: Server;
  readonly #context: ServeContext;
  readonly #running = new RequestList<ServedRequest>();
  #closing = false;
  #retiring = false;
  #open = 0;
  #onIdle: () => void = () => {};
  #onEmpty: () => void = () => {};

  constructor(options: HttpServerOptions) {
    this.#context = {
      ...options,
      isClosing: () => this.#closing,
      isRetiring: () => this.#retiring,
    };
    const headMsMax = options.headMsMax ?? HEAD_MS_MAX;
    this.#server = createServer({
      insecureHTTPParser: false,
      requireHostHeader: false, // `incoming-head.ts` does it, with a page that says so
      optimizeEmptyRequests: true,
      // A little more than both limits together, so that it is we who say which was exceeded.
      maxHeaderSize: LIMITS.headerBytesMax + LIMITS.urlBytesMax + 16 * 1024,
      headersTimeout: headMsMax,
      // A body may take as long as it flows; each wait for its next byte has its own limit.
      requestTimeout: 0,
      keepAliveTimeout: options.keepAliveMsMax ?? KEEP_ALIVE_MS_MAX,
      connectionsCheckingInterval: Math.min(1_000, headMsMax),
    });
    // Node would drop what is beyond 1,000 lines without a word; `incoming-head.ts` counts.
    this.#server.maxHeadersCount = 0;
    this.#server.on('connection', (socket: Socket) => {
      openConnection(socket, this.#context.trust, this.#onOver);
      this.#open += 1;
      socket.once('close', () => {
        this.#open -= 1;
        if (this.#open === 0) this.#onEmpty();
      });
    });
    this.#server.on('request', (message, response) => this.#serve(message, response, false));
    this.#server.on('checkContinue', (message, response) => this.#serve(message, response, true));
    // An expectation that we do not know may be ignored (RFC 9110 section 10.1.1).
    this.#server.on('checkExpectation', (message, response) => this.#serve(message, response, false));
    this.#server.on('connect', (_message, socket) =>
      this.#refuse(new Error('CONNECT is for proxies, and this is none'), socket as Socket),
    );
    this.#server.on('clientError', (error, socket) => this.#refuse(error, socket as Socket));
  }

  /**
   * Starts to accept connections. Port 0 takes a free one; the address says which.
   * @throws Node's error, `EADDRINUSE` for one.
   */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** Takes connections from a socket that is bound. */
  listenOn(socket: BoundSocket): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(socket, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  /**
   * Accepts nothing more, and serves the connections that are there to their end: each answer is the
   * last on its connection. Resolves when none is left, or after `drainMsMax`.
   */
  async retire(drainMsMax: number): Promise<void> {
    this.#retiring = true;
    // That of node:http would close connections on which a request may just be coming in.
    NetServer.prototype.close.call(this.#server);
    if (this.#open === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, drainMsMax);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Requests under way, those included whose guest still works after its response. */
  get inFlight(): number {
    return this.#running.size;
  }

  /**
   * Accepts nothing more, lets what is under way end for `drainMsMax`, ends the rest.
   * Resolves when every connection is closed.
   */
  async close(drainMsMax: number): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    if (!(await this.#idleWithin(drainMsMax))) {
      for (const request of this.#running.all()) request.shutdown();
      await this.#idleWithin(AFTER_CANCEL_MS_MAX);
    }
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const connection = connectionOf(message.socket);
    // Sent after a request whose answer closes the connection: not to be looked at (RFC 9112 section 9.6).
    if (connection === undefined || connection.ended) return;
    const request = new ServedRequest(this.#context, message, response, awaitsContinue, connection);
    connection.unanswered.push(request);
    this.#running.add(request);
    request.begin();
    connection.ended = response.headersSent && !response.shouldKeepAlive;
  }

  readonly #onOver = (request: ServedRequest): void => {
    this.#running.remove(request);
    if (!this.#closing) return;
    this.#server.closeIdleConnections();
    if (this.#running.size === 0) this.#onIdle();
  };

  /** What arrived is no request, or no proper body of the one under way. */
  #refuse(error: Error & { code?: string }, socket: Socket): void {
    const unanswered = connectionOf(socket)?.unanswered ?? [];
    const unfinished = unanswered.find((request) => !request.isReceived);
    if (unfinished === undefined) {
      const entry = refuseConnection(error, socket, unanswered.length === 0, this.#context.newRequestId());
      if (entry !== null) this.#context.onAccess(entry);
    } else if (error.code === 'ECONNRESET' || error.code === 'HPE_INVALID_EOF_STATE') {
      socket.destroy();
    } else {
      unfinished.malformed(error.message);
    }
  }

  #idleWithin(msMax: number): Promise<boolean> {
    if (this.#running.size === 0) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), msMax);
      this.#onIdle = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
