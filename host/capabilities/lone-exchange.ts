// Requests that undici does not send as they are meant: those that announce trailers, and those whose head goes
// out before there is any content. Over node:http, each on a connection of its own that is made and checked as
// all are, and told in undici's words, so that the rest of step 9 does not know the difference.
// Spec: RFC 9112 section 7.1.2; RFC 9110 sections 6.5 and 6.6.2.

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { LIMITS } from '../../abi/limits.ts';
import type { Header } from '../../abi/messages.ts';
import { connect, type Network } from './connector.ts';
import type { Grant } from './grants.ts';

/** A content with an end that says more. */
export interface LoneContent extends AsyncIterable<Uint8Array> {
  /** Known once it has ended. */
  trailers(): readonly Header[];
}

export interface LoneRequest {
  readonly url: URL;
  readonly method: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: LoneContent;
  readonly signal: AbortSignal;
}

/** Sends one request and tells `handler` what becomes of it. */
export type SendAlone = (request: LoneRequest, handler: Dispatcher.DispatchHandler) => void;

export function loneExchanges(network: Network, grants: readonly Grant[]): SendAlone {
  return (asked, handler) => {
    const controller = new Controller();
    const failed = (cause: unknown) => handler.onResponseError?.(controller, cause as Error);
    connect(network, grants, asked.url, asked.signal).then((socket) => {
      const outgoing = begin(asked, socket);
      controller.outgoing = outgoing;
      handler.onRequestStart?.(controller, null);
      outgoing.on('error', failed);
      outgoing.on('response', (incoming) => receive(incoming, controller, handler));
      outgoing.flushHeaders();
      upload(outgoing, asked.body).catch((cause: Error) => outgoing.destroy(cause));
    }, failed);
  };
}

function begin({ url, method, headers }: LoneRequest, socket: Socket): ClientRequest {
  const framing = headers.includes('content-length') ? [] : ['transfer-encoding', 'chunked'];
  return request({
    // Without an agent: one would connect by itself, to what it takes for the address.
    createConnection: () => socket,
    method,
    path: url.pathname + url.search,
    headers: [...headers, 'host', url.host, 'connection', 'close', ...framing],
    setHost: false,
    maxHeaderSize: LIMITS.headerBytesMax,
  });
}

async function upload(outgoing: ClientRequest, body: LoneContent): Promise<void> {
  for await (const chunk of body) {
    const hasRoom = outgoing.write(chunk);
    if (outgoing.destroyed) return;
    if (!hasRoom) await drained(outgoing);
  }
  const trailers = body.trailers().map(([name, value]): [string, string] => [name, value]);
  if (trailers.length > 0) outgoing.addTrailers(trailers);
  outgoing.end();
}

/** Or closed. */
function drained(outgoing: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      outgoing.off('drain', end).off('close', end);
      resolve();
    };
    outgoing.on('drain', end).on('close', end);
  });
}

function receive(
  incoming: IncomingMessage,
  controller: Controller,
  handler: Dispatcher.DispatchHandler,
): void {
  controller.incoming = incoming;
  handler.onResponseStart?.(controller, incoming.statusCode ?? 0, incoming.headers);
  incoming.on('data', (chunk: Buffer) => handler.onResponseData?.(controller, chunk));
  incoming.on('end', () => handler.onResponseEnd?.(controller, incoming.trailers));
  incoming.on('error', (cause) => handler.onResponseError?.(controller, cause));
}

class Controller implements Dispatcher.DispatchController {
  outgoing: ClientRequest | null = null;
  incoming: IncomingMessage | null = null;
  reason: Error | null = null;

  get aborted(): boolean {
    return this.reason !== null;
  }

  get paused(): boolean {
    return this.incoming?.isPaused() ?? false;
  }

  get rawHeaders(): string[] {
    return this.incoming?.rawHeaders ?? [];
  }

  get rawTrailers(): string[] {
    return this.incoming?.rawTrailers ?? [];
  }

  abort(reason: Error): void {
    this.reason = reason;
    this.outgoing?.destroy(reason);
  }

  pause(): void {
    this.incoming?.pause();
  }

  resume(): void {
    this.incoming?.resume();
  }
}
