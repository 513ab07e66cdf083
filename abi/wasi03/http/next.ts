// `wasi:http/handler` 0.3 as an import: a middleware hands its request on to what it stands in front
// of, in the same process and without a socket. Step 8 of the request path. Whoever dispatches a
// request says what is behind; where nothing is, there is an error.
// Spec: abi/wit-0.3/wasi-http, world middleware.

import type { EdgeContext } from '../../edge/context.ts';
import { WheelerError } from '../../errors.ts';
import { type HostInterface, waits } from '../../host-interface.ts';
import type { ByteSource, Content, IncomingRequest, OutgoingResponse } from '../../messages.ts';
import { type ErrorCode, errorCodeOf } from '../../wasi/http/error-code.ts';
import { methodText } from '../../wasi/http/method.ts';
import { type Outcome, sentContents } from './body.ts';
import { dropResponse } from './client.ts';
import { type Request, Response } from './messages.ts';

/** One request to what is behind. */
export interface Handed {
  /** Rejects with `WheelerError` when there will be none. */
  readonly response: Promise<OutgoingResponse>;
  /** Nobody waits for it any more. */
  cancel(): void;
}

export type Next = (request: IncomingRequest) => Handed;

/** What is behind a guest, and how often it may still ask. */
interface Behind {
  readonly request: IncomingRequest;
  readonly next: Next;
  left: number;
}

const nexts = new WeakMap<IncomingRequest, Next>();
const behinds = new WeakMap<EdgeContext, Behind>();

/** Whoever handles `request` may hand it on. */
export function putBehind(request: IncomingRequest, next: Next): void {
  nexts.set(request, next);
}

/** The guest of `cx` handles that request. */
export function handles(cx: EdgeContext, request: IncomingRequest): void {
  const next = nexts.get(request);
  if (next !== undefined) behinds.set(cx, { request, next, left: cx.limits.fetchesMax });
}

export const next03: HostInterface<EdgeContext> = {
  name: 'wasi:http/handler@0.3.0',
  functions: {
    handle: { ...waits((cx: EdgeContext, request: Request) => handOn(cx, request)), abandoned: dropResponse },
  },
  drops: {},
};

async function handOn(cx: EdgeContext, request: Request): Promise<Outcome<Response>> {
  const refuse = (val: ErrorCode): Outcome<Response> => {
    request.drop();
    return { tag: 'err', val };
  };
  const behind = behinds.get(cx);
  if (behind === undefined) return refuse({ tag: 'configuration-error' });
  if (behind.left === 0) return refuse({ tag: 'HTTP-request-denied' });
  const incoming = toIncoming(request, behind.request);
  if (incoming === null) return refuse({ tag: 'HTTP-request-URI-invalid' });
  behind.left -= 1;
  const handed = behind.next(incoming);
  const cancel = () => handed.cancel();
  cx.signal.addEventListener('abort', cancel);
  try {
    const { status, headers, content } = await handed.response;
    if (incoming.body === null) request.wasSent({ tag: 'ok' });
    return {
      tag: 'ok',
      val: Response.received({ status, headers, url: incoming.url, body: asSource(content) }),
    };
  } catch (error) {
    const val = asErrorCode(error);
    request.wasSent({ tag: 'err', val });
    request.drop();
    return { tag: 'err', val };
  } finally {
    cx.signal.removeEventListener('abort', cancel);
  }
}

/** Where the middleware says nothing else it is the request that came in. null: there is no such URL. */
function toIncoming(request: Request, original: IncomingRequest): IncomingRequest | null {
  const before = new URL(original.url);
  const scheme = request.scheme === undefined ? before.protocol : `${request.scheme.tag.toLowerCase()}:`;
  const text = `${scheme}//${request.authority ?? before.host}${request.pathWithQuery ?? '/'}`;
  if (request.scheme?.tag === 'other' || !URL.canParse(text)) return null;
  const url = new URL(text);
  const { headers, contents } = request;
  // What the host keeps from guests of wasi:http, it does not keep from others.
  const host = original.headers.filter(([name]) => name === 'host').map(() => ['host', url.host] as const);
  return {
    method: methodText(request.method),
    url: url.href,
    headers: [...host, ...headers.lines.map(([name, value]) => [name.toLowerCase(), value] as const)],
    body: sentContents(contents, 'request', headers.contentLength, request.wasSent),
    client: original.client,
    id: original.id,
    ...(original.inform === undefined ? {} : { inform: original.inform }),
  };
}

function asSource(content: Content): ByteSource {
  if (content !== null && !(content instanceof Uint8Array)) return content;
  let left = content;
  return {
    next: async () => {
      const bytes = left;
      left = null;
      return bytes === null || bytes.length === 0 ? null : bytes;
    },
    cancel: () => {
      left = null;
    },
    trailers: () => [],
  };
}

function asErrorCode(error: unknown): ErrorCode {
  return error instanceof WheelerError ? { tag: 'internal-error', val: error.code } : errorCodeOf(error);
}
