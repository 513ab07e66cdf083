// Requests from one app to another of the same process: step 9 of the caller's path is steps 3 to 12 of the
// callee's, without a socket in between. The callee has its own sandbox, limits, place in the queue,
// line in the log and figures; what a client would get as an error page comes as one.
// Does not know grants, or where the callee runs.
// Spec: RFC 9110, as if it had been sent.

import { WheelerError } from '../abi/errors.ts';
import {
  type ByteSource,
  EdgeError,
  type Header,
  type IncomingRequest,
  type OutgoingResponse,
} from '../abi/messages.ts';
import type { AccessEntry } from './access-log.ts';
import { errorPage } from './error-page.ts';
import { NO_USAGE, type Outcome, type Usage } from './exchange.ts';
import { outgoingHead } from './http/outgoing-head.ts';
import type { Target } from './http/serve.ts';

/** What the callee's answer is for its caller. */
export interface ServiceAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: ByteSource;
}

export interface ServiceCall {
  /** Never rejects: what goes wrong with the callee is an answer. */
  readonly answer: Promise<ServiceAnswer>;
  /** The caller has gone; may be called at any time. */
  cancel(): void;
}

/** Starts a request to the app of that name; null when there is none. */
export type CallService = (app: string, request: IncomingRequest, hops: number) => ServiceCall | null;

export interface ServiceCallTools {
  readonly targetOf: (app: string) => Target | null;
  readonly nowMs: () => number;
  readonly onAccess: (entry: AccessEntry) => void;
}

export function serviceCalls(tools: ServiceCallTools): CallService {
  return (app, request, hops) => {
    const target = tools.targetOf(app);
    return target === null ? null : startCall(target, request, hops, tools);
  };
}

function startCall(
  target: Target,
  request: IncomingRequest,
  hops: number,
  { nowMs, onAccess }: ServiceCallTools,
): ServiceCall {
  const startedMs = nowMs();
  const counted = new CountedBody(request.body, target.limits.requestBodyBytesMax);
  const exchange = target.dispatch({ ...request, body: request.body === null ? null : counted }, hops);
  const sent = { bytes: 0, status: 0, error: null as WheelerError | null };
  const over = Promise.withResolvers<void>();

  const answer = exchange.response
    .then(
      (response) => response,
      (cause: unknown) => {
        sent.error =
          cause instanceof WheelerError ? cause : new WheelerError('INTERNAL', String(cause), { cause });
        const accept = request.headers.find(([name]) => name === 'accept')?.[1];
        return errorPage({
          code: sent.error.code,
          requestId: request.id,
          accept,
          detail: null,
          report: null,
        });
      },
    )
    .then((response) => {
      sent.status = response.status;
      return received(response, request.method, sent, over.resolve, () => exchange.cancel('client-gone'));
    });

  void Promise.all([exchange.done, over.promise]).then(([outcome]) => {
    counted.cancel();
    const { method, url, id } = request;
    const code = sent.error?.code ?? outcome.code;
    const { status, bytes } = sent;
    const wallMs = nowMs() - startedMs;
    const detail = outcome.detail ?? sent.error?.message ?? null;
    const path = new URL(url).pathname;
    onAccess({
      id,
      method,
      path,
      app: target.app,
      status,
      code,
      ...usageOf(outcome),
      wallMs,
      bytes,
      bytesReceived: counted.bytes,
      detail,
    });
  });
  return { answer, cancel: () => exchange.cancel('client-gone') };
}

function received(
  response: OutgoingResponse,
  method: string,
  sent: { bytes: number },
  onOver: () => void,
  leave: () => void,
): ServiceAnswer {
  const { status, content } = response;
  const { rawHeaders, hasContent } = outgoingHead(response, method);
  const headers = rawHeaders.flatMap((text, i): Header[] =>
    i % 2 === 0 ? [[text.toLowerCase(), rawHeaders[i + 1] as string]] : [],
  );
  if (content === null || content instanceof Uint8Array || !hasContent) {
    if (content !== null && 'cancel' in content) content.cancel();
    const bytes = hasContent && content instanceof Uint8Array ? content : new Uint8Array(0);
    sent.bytes = bytes.length;
    onOver();
    return { status, headers, body: bytesBody(bytes) };
  }
  const body: ByteSource = {
    async next() {
      try {
        const chunk = await content.next();
        if (chunk === null) onOver();
        else sent.bytes += chunk.length;
        return chunk;
      } catch (error) {
        onOver();
        throw error;
      }
    },
    cancel() {
      content.cancel();
      leave();
      onOver();
    },
    trailers: () => content.trailers(),
  };
  return { status, headers, body };
}

/** Bytes as a stream of one chunk. */
export function bytesBody(bytes: Uint8Array): ByteSource {
  let rest: Uint8Array | null = bytes.length === 0 ? null : bytes;
  return {
    async next() {
      const chunk = rest;
      rest = null;
      return chunk;
    },
    cancel() {
      rest = null;
    },
    trailers: () => [],
  };
}

/** What the callee reads, held to its limit. */
class CountedBody implements ByteSource {
  readonly #source: ByteSource | null;
  readonly #bytesMax: number;
  bytes = 0;

  constructor(source: ByteSource | null, bytesMax: number) {
    this.#source = source;
    this.#bytesMax = bytesMax;
  }

  async next(): Promise<Uint8Array | null> {
    const chunk = (await this.#source?.next()) ?? null;
    this.bytes += chunk?.length ?? 0;
    if (this.bytes <= this.#bytesMax) return chunk;
    this.cancel();
    throw new EdgeError('too-large', `The request body is too large: limit ${this.#bytesMax} bytes`);
  }

  cancel(): void {
    this.#source?.cancel();
  }

  trailers(): readonly Header[] {
    return this.#source?.trailers() ?? [];
  }
}

function usageOf(outcome: Outcome): Usage {
  const keys = Object.keys(NO_USAGE) as (keyof Usage)[];
  return Object.fromEntries(keys.map((key) => [key, outcome[key]])) as unknown as Usage;
}
