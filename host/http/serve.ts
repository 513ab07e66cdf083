// One request from its head to its line in the access log: steps 1, 3, 11 and 12 of the
// request path, in the order in which they happen.
// Acts on what the pure parts decide (`incoming-head.ts`, the router, `error-page.ts`).
// Knows nothing of WebAssembly: a guest is a `Dispatch`.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { ERRORS, WheelerError } from '../../abi/errors.ts';
import { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
import type { Header, IncomingRequest, Inform, OutgoingResponse } from '../../abi/messages.ts';
import type { AccessEntry } from '../access-log.ts';
import { type ErrorPageOptions, errorPage } from '../error-page.ts';
import { type Dispatch, type Exchange, type Outcome, usageOf } from '../exchange.ts';
import { TURN } from '../turn.ts';
import { type Answer, accessEntry } from './access-entry.ts';
import { discardRest } from './discard-rest.ts';
import { IncomingBody } from './incoming-body.ts';
import { type IncomingHead, readHead } from './incoming-head.ts';
import type { Peer, ProxyTrust } from './proxy-trust.ts';
import type { Listed } from './request-list.ts';
import { type Sent, sendResponse } from './send-response.ts';

/** What a route leads to. */
export interface Target {
  readonly app: string;
  readonly limits: AppLimits;
  readonly dispatch: Dispatch;
  /** Whether its clients may learn how long it took. */
  readonly serverTiming: boolean;
}

export interface ServeContext {
  /** `hostname` without port, `path` without query. */
  readonly route: (hostname: string, path: string) => Target | null;
  readonly trust: ProxyTrust;
  readonly newRequestId: () => string;
  /** Milliseconds from any point, never going back. */
  readonly nowMs: () => number;
  /** Whether error pages show the detail, and every response its times. */
  readonly dev: boolean;
  readonly onAccess: (entry: AccessEntry) => void;
  readonly isClosing: () => boolean;
  /** Whether every answer is to be the last on its connection. */
  readonly isRetiring: () => boolean;
}

/** The connection that a request came on: it keeps count, and is told what becomes of each. */
export interface ServedConnection {
  readonly peer: Peer;
  /** The response is complete, or its connection is gone. */
  closed(request: ServedRequest): void;
  /** All of it is over: the guest, the connection's part, the line in the log. */
  over(request: ServedRequest): void;
}

type Shown = Pick<ErrorPageOptions, 'detail' | 'report'>;

export class ServedRequest implements Listed {
  place = 0;
  readonly response: ServerResponse;
  readonly #message: IncomingMessage;
  readonly #context: ServeContext;
  readonly #id: string;
  readonly #startedMs: number;
  readonly #connection: ServedConnection;
  #awaitsContinue: boolean;
  #target: Target | null = null;
  #body: IncomingBody | null = null;
  #exchange: Exchange | null = null;
  // The three ends that a request has to come to: answered, closed, and its guest done.
  #answer: Answer | null = null;
  #isClosed = false;
  #outcome: Outcome | null = null;
  #wallMs: number | null = null;

  constructor(
    context: ServeContext,
    message: IncomingMessage,
    response: ServerResponse,
    awaitsContinue: boolean,
    connection: ServedConnection,
  ) {
    this.#context = context;
    this.#connection = connection;
    this.#message = message;
    this.response = response;
    this.#awaitsContinue = awaitsContinue;
    this.#id = context.newRequestId();
    this.#startedMs = context.nowMs();
    response.on('close', () => this.#close());
  }

  /** Whether the whole request has arrived. */
  get isReceived(): boolean {
    return this.#message.complete;
  }

  /** Begins it; the connection's `over` tells when all is done. */
  begin(): void {
    try {
      this.#exchange = this.#dispatch();
    } catch (error) {
      this.#refuse(error);
      return;
    }
    this.#exchange.response.then(
      (response) => {
        // But for the last answer of a connection: what comes after its request must not be looked at.
        if (this.#isLast) this.#respond(response);
        else TURN.hold(() => this.#respond(response), this.#context.nowMs());
      },
      (error) => this.#refuse(error),
    );
    this.#exchange.done.then((outcome) => {
      this.#outcome = outcome;
      this.#finish();
    });
  }

  /** The client's bytes stopped being HTTP within this request's body. */
  malformed(message: string): void {
    this.response.shouldKeepAlive = false;
    this.#body?.malformed(message);
    if (this.response.headersSent) this.response.destroy();
    else this.#exchange?.cancel('client-gone');
  }

  shutdown(): void {
    this.#exchange?.cancel('shutdown');
  }

  /** The response is complete, or its connection is gone. */
  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.closed(this);
    if (!this.response.writableFinished) {
      this.#body?.abort();
      this.#exchange?.cancel('client-gone');
    }
    this.#finish();
  }

  get #isLast(): boolean {
    // A client still waiting for its 100 may send the body or not: nobody could tell what follows.
    return this.#awaitsContinue || this.#context.isClosing() || this.#context.isRetiring();
  }

  #respond(response: OutgoingResponse): void {
    let sent: Sent;
    try {
      // The client's fault gets the same answer whether or not the guest got past it.
      const fault = this.#body?.fault ?? null;
      if (fault !== null) throw new WheelerError(fault, ERRORS[fault].title);
      sent = this.#send(response);
    } catch (error) {
      if (response.content !== null && 'cancel' in response.content) response.content.cancel();
      this.#refuse(error);
      return;
    }
    this.#answered({ code: 'OK', sent, detail: null });
  }

  #answered(answer: Answer): void {
    this.#answer = answer;
    this.#finish();
  }

  #finish(): void {
    if (this.#answer === null || !this.#isClosed) return;
    this.#wallMs ??= this.#context.nowMs() - this.#startedMs;
    if (this.#exchange !== null && this.#outcome === null) return;
    try {
      discardRest(this.#message);
      this.#context.onAccess(this.#entry(this.#answer, this.#wallMs));
    } finally {
      this.#connection.over(this);
    }
  }

  /** @throws `WheelerError` when no guest is to be asked. */
  #dispatch(): Exchange {
    if (this.#context.isClosing()) throw new WheelerError('SHUTTING_DOWN', 'The server is stopping');
    const head = readHead(
      {
        method: this.#message.method as string,
        target: this.#message.url as string,
        httpVersion: this.#message.httpVersion,
        rawHeaders: this.#message.rawHeaders,
        peer: this.#connection.peer,
      },
      this.#context.trust,
    );
    const target = this.#context.route(head.hostname, head.path);
    if (target === null) {
      throw new WheelerError('ROUTE_NOT_FOUND', `No route matches ${head.hostname}${head.path}`);
    }
    this.#target = target;
    this.#body = this.#openBody(head, target);
    const { url, headers, client } = head;
    const method = this.#message.method as string;
    const request: IncomingRequest = {
      method,
      url,
      headers,
      body: this.#body,
      client,
      id: this.#id,
      // HTTP/1.0 has no informational responses, and its clients would take one for the answer.
      inform: this.#message.httpVersion === '1.0' ? undefined : this.#inform,
    };
    return target.dispatch(request, head.hops);
  }

  readonly #inform: Inform = (status, headers) => {
    if (this.response.headersSent || this.response.destroyed) return;
    this.response.writeInformation(status, headers.flat());
  };

  #openBody(head: IncomingHead, target: Target): IncomingBody | null {
    if (!head.hasBody) return null;
    const bytesMax = target.limits.requestBodyBytesMax;
    if (head.bodyBytes !== null && head.bodyBytes > bytesMax) {
      throw new WheelerError(
        'REQUEST_BODY_TOO_LARGE',
        `The request body is too large: ${head.bodyBytes} bytes, limit ${bytesMax}`,
      );
    }
    const { idleMsMax } = target.limits;
    return new IncomingBody(this.#message, { bytesMax, idleMsMax, onFirstRead: () => this.#continue() });
  }

  /** `100 Continue` waits until a guest wants the body: what it refuses unread is never sent. */
  #continue(): void {
    if (this.#awaitsContinue && !this.response.headersSent) this.response.writeContinue();
    this.#awaitsContinue = false;
  }

  #send(response: OutgoingResponse): Sent {
    // A streamed answer may flow from the request's body, and no 100 can follow its head.
    if (response.content !== null && !(response.content instanceof Uint8Array)) this.#continue();
    if (this.#isLast) this.response.shouldKeepAlive = false;
    const timed = this.#context.dev || this.#target?.serverTiming === true;
    const { idleMsMax } = this.#target?.limits ?? APP_LIMITS;
    const timing = timed ? this.#timing() : null;
    const shown = timing === null ? response : { ...response, headers: [...response.headers, timing] };
    return sendResponse(this.response, shown, idleMsMax);
  }

  /** What it took up to the head. No finer than a guest may know time. Spec: W3C Server Timing. */
  #timing(): Header {
    const cpuMs = this.#exchange?.cpuMs ?? 0;
    const totalMs = this.#context.nowMs() - this.#startedMs;
    return ['server-timing', `cpu;dur=${cpuMs.toFixed(1)}, total;dur=${totalMs.toFixed(1)}`];
  }

  #refuse(error: unknown): void {
    const failure =
      error instanceof WheelerError
        ? error
        : new WheelerError('INTERNAL', error instanceof Error ? error.message : String(error), {
            cause: error,
          });
    const code = this.#body?.fault ?? failure.code;
    // Where a bad request ends is anybody's guess, so nothing may follow it.
    if (code === 'REQUEST_MALFORMED') this.response.shouldKeepAlive = false;
    const detail =
      code === 'INTERNAL' ? String((failure.cause as Error)?.stack ?? failure.stack) : failure.message;
    const request = { code, requestId: this.#id, accept: this.#message.headers.accept };
    const show = (shown: Shown) =>
      this.#answered({ code, sent: this.#send(errorPage({ ...request, ...shown })), detail });
    // Not a turn later than need be: what follows a last answer must not be looked at.
    if (this.#context.dev) void this.#shown(detail).then(show);
    else show({ detail: null, report: null });
  }

  /** What of a failure a developer sees. */
  async #shown(detail: string): Promise<Shown> {
    const outcome = await this.#exchange?.done;
    const crash = outcome?.crash ?? null;
    const report = crash === null ? null : { crash, usage: usageOf(outcome ?? null) };
    return { detail: outcome?.detail ?? detail, report };
  }

  #entry(answer: Answer, wallMs: number): AccessEntry {
    const { method, url } = this.#message;
    return accessEntry({
      id: this.#id,
      method: method ?? null,
      target: url ?? '',
      app: this.#target?.app ?? null,
      answer,
      fault: this.#body?.fault ?? null,
      outcome: this.#outcome,
      response: this.response,
      bytesReceived: this.#body?.bytes ?? 0,
      wallMs,
    });
  }
}
