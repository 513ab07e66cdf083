// The interface `wasi:http/outgoing-handler`, and the resource `future-incoming-response`: requests
// to other servers, through the same grants, limits and connections as those of wheeler:edge.
// Steps 8 and 9 of the request path. Redirects are the guest's own.
// Spec: abi/wit/deps/wasi-http/handler.wit and types.wit.

import type { EdgeContext } from '../../edge/context.ts';
import { PendingFetch } from '../../edge/pending-fetch.ts';
import { type HostInterface, plain } from '../../host-interface.ts';
import type { FetchRequest } from '../../messages.ts';
import type { Pollable } from '../poll.ts';
import { type ErrorCode, errorCodeOf } from './error-code.ts';
import { type OutgoingRequest, ReceivedResponse, type RequestOptions } from './messages.ts';
import { methodText } from './method.ts';

export class FutureIncomingResponse implements Pollable {
  readonly #pending: PendingFetch;
  #taken = false;

  constructor(cx: EdgeContext, request: FetchRequest) {
    this.#pending = new PendingFetch(cx, () => request);
  }

  get ready(): boolean {
    return this.#pending.settled;
  }

  whenReady(): Promise<void> {
    return this.#pending.whenSettled();
  }

  /** `option<result<result<incoming-response, error-code>>>` */
  get(): unknown {
    const { outcome } = this.#pending;
    if (outcome === null) return undefined;
    if (this.#taken) return { tag: 'err' };
    this.#taken = true;
    if (outcome instanceof Error) return { tag: 'ok', val: { tag: 'err', val: errorCodeOf(outcome) } };
    return { tag: 'ok', val: { tag: 'ok', val: new ReceivedResponse(outcome) } };
  }

  /** Ends the exchange, unless the guest has its response. */
  drop(): void {
    if (!this.#taken) this.#pending.abort();
  }
}

export const outgoingHandler: HostInterface<EdgeContext> = {
  name: 'wasi:http/outgoing-handler@0.2.12',
  functions: {
    handle: plain((cx: EdgeContext, request: OutgoingRequest, options: RequestOptions | undefined) => {
      const url = urlOf(request);
      if (typeof url !== 'string') {
        request.drop();
        return { tag: 'err', val: url };
      }
      return { tag: 'ok', val: new FutureIncomingResponse(cx, toFetchRequest(request, url, options)) };
    }),
  },
  drops: {},
};

/** What cannot be a request is refused at once. */
function urlOf({ method, scheme, authority, pathWithQuery = '/' }: OutgoingRequest): string | ErrorCode {
  if (['connect', 'trace'].includes(method.tag)) return { tag: 'HTTP-request-method-invalid' };
  if (scheme?.tag === 'other') return { tag: 'HTTP-protocol-error' };
  const protocol = scheme?.tag === 'HTTP' ? 'http' : 'https';
  const path = /^[/]/.test(pathWithQuery) ? pathWithQuery : `/${pathWithQuery}`;
  const url = `${protocol}://${authority ?? ''}${path}`;
  return authority !== undefined && URL.canParse(url) ? url : { tag: 'HTTP-request-URI-invalid' };
}

function toFetchRequest(
  request: OutgoingRequest,
  url: string,
  options: RequestOptions | undefined,
): FetchRequest {
  const connectMsMax = milliseconds(options?.connectTimeout);
  const firstByteMsMax = milliseconds(options?.firstByteTimeout);
  const idleMsMax = milliseconds(options?.betweenBytesTimeout);
  return {
    method: methodText(request.method),
    url,
    headers: request.headers.lines,
    content: request.content,
    redirect: 'manual',
    // The time for the first byte begins when there is a connection.
    timeoutMs: firstByteMsMax === null ? null : firstByteMsMax + (connectMsMax ?? 0),
    ...(connectMsMax === null ? {} : { connectMsMax }),
    ...(idleMsMax === null ? {} : { idleMsMax }),
  };
}

/** Of a timeout in nanoseconds. */
export function milliseconds(durationNs: bigint | undefined): number | null {
  if (durationNs === undefined) return null;
  // A timer takes no more, and no exchange may take as long.
  const ms = (durationNs + 999_999n) / 1_000_000n;
  return Number(ms > 0x7fffffffn ? 0x7fffffffn : ms);
}
