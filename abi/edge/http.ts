// The interface `wheeler:edge/http`: bodies, pipes and the answer. Steps 8 and 11 of the
// request path.
// Spec: abi/wit/http.wit; each function's contract is its text there.

import { type HostInterface, plain, waits } from '../host-interface.ts';
import {
  type Content,
  EdgeError,
  type Header,
  type IncomingRequest,
  type OutgoingResponse,
} from '../messages.ts';
import { Body } from './body.ts';
import type { EdgeContext } from './context.ts';
import { checkHeaders, checkTrailers, type EdgeHeader, toEdgeHeaders } from './headers.ts';
import { Pipe } from './pipe.ts';
import { edgeResult, edgeResultOf } from './result.ts';

export type EdgeContent =
  | { readonly tag: 'empty' }
  | { readonly tag: 'bytes'; readonly val: Uint8Array }
  | { readonly tag: 'body'; readonly val: Body };

interface EdgeResponse {
  readonly status: number;
  readonly headers: readonly EdgeHeader[];
  readonly content: EdgeContent;
}

export const http: HostInterface<EdgeContext> = {
  name: 'wheeler:edge/http@0.1.0',
  functions: {
    '[method]body.read': waits((_: EdgeContext, body: Body, bytesMax: number) =>
      edgeResultOf(body.read(bytesMax)),
    ),

    '[static]body.collect': waits((cx: EdgeContext, body: Body, bytesMax: number) => {
      const limit = cx.limits.collectBytesMax;
      return edgeResultOf(body.collect(bytesMax === 0 ? limit : Math.min(bytesMax, limit)));
    }),

    '[method]body.trailers': plain((_: EdgeContext, body: Body) => toEdgeHeaders(body.trailers())),

    '[method]body-writer.write': waits((_: EdgeContext, pipe: Pipe, bytes: Uint8Array) =>
      edgeResultOf(pipe.write(bytes)),
    ),

    '[static]body-writer.finish': plain((_: EdgeContext, pipe: Pipe, trailers: readonly EdgeHeader[]) =>
      edgeResult(() => {
        try {
          pipe.finish(checkTrailers(trailers));
        } finally {
          pipe.breakOff();
        }
      }),
    ),

    pipe: plain(() => {
      const pipe = new Pipe();
      return [pipe, new Body(pipe.source)];
    }),

    respond: plain((cx: EdgeContext, response: EdgeResponse) =>
      edgeResult(() => {
        try {
          cx.respond(checkResponse(cx, response));
        } catch (error) {
          if (response.content.tag === 'body') response.content.val.cancel();
          throw error;
        }
      }),
    ),
  },
  drops: {
    body: (_, body: Body) => body.cancel(),
    'body-writer': (_, pipe: Pipe) => pipe.breakOff(),
  },
};

/** An incoming request as the record that the handler gets. */
export function toEdgeRequest(request: IncomingRequest): unknown {
  return {
    method: request.method,
    url: request.url,
    headers: toEdgeHeaders(request.headers),
    body: request.body === null ? undefined : new Body(request.body),
    client: {
      address: request.client.address,
      country: request.client.country ?? undefined,
      region: request.client.region ?? undefined,
    },
    id: request.id,
  };
}

export function toContent(content: EdgeContent): Content {
  switch (content.tag) {
    case 'empty':
      return null;
    case 'bytes':
      return content.val;
    case 'body':
      return content.val.handOn();
  }
}

/** @throws EdgeError `already-responded`, `invalid` or `too-large` */
export function checkResponse(cx: EdgeContext, response: EdgeResponse): OutgoingResponse {
  if (cx.responded) throw new EdgeError('already-responded', 'This request has been answered');
  const { status } = response;
  if (status < 200 || status > 599) throw new EdgeError('invalid', `Not a status for a response: ${status}`);
  const headers = checkHeaders(response.headers);
  const misfit = (header: Header) => header[0] === 'content-length' && !lengthFits(cx, response, header);
  return {
    status,
    headers: headers.some(misfit) ? headers.filter((header) => !misfit(header)) : headers,
    content: toContent(response.content),
  };
}

/** A length may be announced for a stream, which then has to keep it, and where no content follows. */
function lengthFits(cx: EdgeContext, { status, content }: EdgeResponse, [, value]: Header): boolean {
  switch (content.tag) {
    case 'empty':
      return cx.method === 'HEAD' || status === 304;
    case 'bytes':
      return false;
    case 'body':
      return /^\d{1,15}$/.test(value);
  }
}
