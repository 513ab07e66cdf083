// The interface `wasi:http/client` 0.3: requests to other servers, through the same grants, limits
// and connections as those of wheeler:edge. Steps 8 and 9 of the request path. Redirects are the
// guest's own.
// Spec: abi/wit-0.3/wasi-http, interface client.

import type { EdgeContext } from '../../edge/context.ts';
import { type Cancellable, cancellable, type HostInterface, waits } from '../../host-interface.ts';
import type { FetchRequest } from '../../messages.ts';
import { type ErrorCode, errorCodeOf } from '../../wasi/http/error-code.ts';
import { methodText } from '../../wasi/http/method.ts';
import { milliseconds } from '../../wasi/http/outgoing-handler.ts';
import { type Outcome, sentContents } from './body.ts';
import { type Request, Response } from './messages.ts';

export const client03: HostInterface<EdgeContext> = {
  name: 'wasi:http/client@0.3.0',
  functions: {
    send: { ...waits((cx: EdgeContext, request: Request) => send(cx, request)), abandoned: dropResponse },
  },
  drops: {},
};

const TIMEOUTS = ['connect', 'firstByte', 'betweenBytes'] as const;

function send(cx: EdgeContext, request: Request): Cancellable<Outcome<Response>> {
  const controller = new AbortController();
  return cancellable(exchange(cx, request, controller), () => controller.abort());
}

async function exchange(
  cx: EdgeContext,
  request: Request,
  controller: AbortController,
): Promise<Outcome<Response>> {
  const url = urlOf(request);
  if (typeof url !== 'string') {
    request.drop();
    return { tag: 'err', val: url };
  }
  const abort = () => controller.abort();
  // Only until the head is there: the body may be handed on and outlive the request.
  cx.signal.addEventListener('abort', abort);
  try {
    const outgoing = toFetchRequest(request, url);
    const incoming = await cx.fetcher.fetch(outgoing, controller.signal);
    if (outgoing.content === null) request.wasSent({ tag: 'ok' });
    return { tag: 'ok', val: Response.received(incoming) };
  } catch (error) {
    const val = errorCodeOf(error);
    request.wasSent({ tag: 'err', val });
    request.drop();
    return { tag: 'err', val };
  } finally {
    cx.signal.removeEventListener('abort', abort);
  }
}

/** What cannot be a request is refused at once. */
function urlOf({ method, scheme, authority, pathWithQuery = '/' }: Request): string | ErrorCode {
  if (['connect', 'trace'].includes(method.tag)) return { tag: 'HTTP-request-method-invalid' };
  if (scheme?.tag === 'other') return { tag: 'HTTP-protocol-error' };
  const protocol = scheme?.tag === 'HTTP' ? 'http' : 'https';
  const path = pathWithQuery.startsWith('/') ? pathWithQuery : `/${pathWithQuery}`;
  const url = `${protocol}://${authority ?? ''}${path}`;
  return authority !== undefined && URL.canParse(url) ? url : { tag: 'HTTP-request-URI-invalid' };
}

function toFetchRequest(request: Request, url: string): FetchRequest {
  const { headers, contents, options } = request;
  const [connectMsMax, firstByteMsMax, idleMsMax] = TIMEOUTS.map((which) =>
    milliseconds(options?.get(which)),
  );
  return {
    method: methodText(request.method),
    url,
    headers: headers.lines,
    content: sentContents(contents, 'request', headers.contentLength, request.wasSent),
    redirect: 'manual',
    // The time for the first byte begins when there is a connection.
    timeoutMs: firstByteMsMax == null ? null : firstByteMsMax + (connectMsMax ?? 0),
    ...(connectMsMax == null ? {} : { connectMsMax }),
    ...(idleMsMax == null ? {} : { idleMsMax }),
  };
}

/** Nobody takes the answer any more: its connection is let go. */
export function dropResponse(outcome: Outcome<Response>): void {
  if (outcome.tag === 'ok') outcome.val?.drop();
}
