// The interface `wheeler:edge/fetch`: requests to other servers, one at a time or several at
// once. Steps 8 and 9 of the request path. What may be reached is the fetcher's business.
// Spec: abi/wit/fetch.wit; each function's contract is its text there.

import { type HostInterface, plain, waits } from '../host-interface.ts';
import type { FetchRequest, FetchResponse } from '../messages.ts';
import { Body } from './body.ts';
import type { EdgeContext } from './context.ts';
import { checkHeaders, type EdgeHeader, toEdgeHeaders } from './headers.ts';
import { type EdgeContent, toContent } from './http.ts';
import { PendingFetch } from './pending-fetch.ts';
import { edgeResultOf } from './result.ts';

interface EdgeFetchRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly EdgeHeader[];
  readonly content: EdgeContent;
  readonly redirect: 'follow' | 'manual' | 'error';
  readonly timeoutMs: number | undefined;
}

export const fetch: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/fetch@0.1.0',
  functions: {
    fetch: waits((cx: EdgeContext, request: EdgeFetchRequest) =>
      edgeResultOf(new PendingFetch(cx, () => toFetchRequest(request)).take(cx).then(toEdgeResponse)),
    ),

    '[static]pending.start': plain(
      (cx: EdgeContext, request: EdgeFetchRequest) => new PendingFetch(cx, () => toFetchRequest(request)),
    ),

    '[static]pending.take': waits((cx: EdgeContext, pending: PendingFetch) =>
      edgeResultOf(pending.take(cx).then(toEdgeResponse)),
    ),
  },
  drops: {
    pending: (_, pending: PendingFetch) => pending.abort(),
  },
};

/** @throws EdgeError `invalid` or `too-large` */
function toFetchRequest(edge: EdgeFetchRequest): FetchRequest {
  try {
    return {
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
}

function toEdgeResponse(response: FetchResponse): unknown {
  return {
    status: response.status,
    url: response.url,
    headers: toEdgeHeaders(response.headers),
    body: new Body(response.body),
  };
}
