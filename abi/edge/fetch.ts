// The interface `wheeler:edge/fetch`: requests to other servers, one at a time or several at
// once. Steps 8 and 9 of the request path. What may be reached is the fetcher's business.
// Spec: abi/wit/fetch.wit; each function's contract is its text there.

import { type HostInterface, plain, waits } from '../host-interface.ts';
import type { FetchRequest, FetchResponse } from '../messages.ts';
import { Body } from './body.ts';
import type { EdgeContext } from './context.ts';
import { checkHeaders, type EdgeHeader, toEdgeHeaders } from './headers.ts';
import { type EdgeContent, toContent } from './http.ts';
import { edgeResultOf } from './result.ts';

interface EdgeFetchRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly EdgeHeader[];
  readonly content: EdgeContent;
  readonly redirect: 'follow' | 'manual' | 'error';
  readonly timeoutMs: number | undefined;
}

/** A request under way: the resource `fetch.pending`. */
export class PendingFetch {
  readonly #controller = new AbortController();
  readonly #result: Promise<FetchResponse>;
  #settled = false;

  constructor(cx: EdgeContext, request: EdgeFetchRequest) {
    this.#result = send(cx, request, this.#controller.signal);
    const settle = () => {
      this.#settled = true;
    };
    // Also keeps a failure that nobody takes from being reported as unhandled.
    this.#result.then(settle, settle);
  }

  /** Whether `take` would not wait. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Resolves once `settled`; never rejects. */
  async whenSettled(): Promise<void> {
    await this.#result.catch(() => {});
  }

  /**
   * The head of the response. The exchange ends with the request while this waits for it, but
   * not later: the body may have been handed on by then.
   */
  async take(cx: EdgeContext): Promise<FetchResponse> {
    const abort = () => this.abort();
    cx.signal.addEventListener('abort', abort);
    try {
      return await this.#result;
    } finally {
      cx.signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the exchange. What has already arrived is let go. */
  abort(): void {
    this.#controller.abort();
    this.#result.then(
      (response) => response.body.cancel(),
      () => {},
    );
  }
}

export const fetch: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/fetch@0.1.0',
  functions: {
    fetch: waits((cx: EdgeContext, request: EdgeFetchRequest) =>
      edgeResultOf(new PendingFetch(cx, request).take(cx).then(toEdgeResponse)),
    ),

    '[static]pending.start': plain(
      (cx: EdgeContext, request: EdgeFetchRequest) => new PendingFetch(cx, request),
    ),

    '[static]pending.take': waits((cx: EdgeContext, pending: PendingFetch) =>
      edgeResultOf(pending.take(cx).then(toEdgeResponse)),
    ),
  },
  drops: {
    pending: (_, pending: PendingFetch) => pending.abort(),
  },
};

async function send(cx: EdgeContext, edge: EdgeFetchRequest, signal: AbortSignal): Promise<FetchResponse> {
  let request: FetchRequest;
  try {
    request = {
      method: edge.method,
      url: edge.url,
      headers: checkHeaders(edge.headers),
      content: toContent(edge.content),
      redirect: edge.redirect,
      timeoutMs: edge.timeoutMs ?? null,
    };
  } catch (error) {
    if (edge.content.tag === 'body') edge.content.val.cancel();
    throw error;
  }
  return cx.fetcher.fetch(request, signal);
}

function toEdgeResponse(response: FetchResponse): unknown {
  return {
    status: response.status,
    url: response.url,
    headers: toEdgeHeaders(response.headers),
    body: new Body(response.body),
  };
}
