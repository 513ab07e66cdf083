// The interface `wasi:http/types`: its functions by name, each in terms of the resources beside
// this file, whose rules are theirs. Steps 8 and 11 of the request path.
// Spec: abi/wit/deps/wasi-http/types.wit; code or trap as in wasmtime.

import type { EdgeContext } from '../../edge/context.ts';
import { type HostFunction, type HostInterface, plain } from '../../host-interface.ts';
import type { IoError } from '../streams.ts';
import { BodyError } from './error-code.ts';
import { type FieldEntry, Fields, type HeaderError } from './fields.ts';
import type { FutureTrailers, IncomingBody } from './incoming-body.ts';
import {
  OutgoingRequest,
  OutgoingResponse,
  type ReceivedRequest,
  type ReceivedResponse,
  RequestOptions,
} from './messages.ts';
import { isAuthority, isMethod, isPathWithQuery, isScheme, type Variant } from './method.ts';
import type { OutgoingBody } from './outgoing-body.ts';
import type { FutureIncomingResponse } from './outgoing-handler.ts';
import { type Answer, answer, type ResponseOutparam } from './response-outparam.ts';

type Functions = Record<string, HostFunction<EdgeContext>>;

const OK = { tag: 'ok' };
const ERR = { tag: 'err' };

/** `result<T>` of what can be had once. */
function once(value: object | null): unknown {
  return value === null ? ERR : { tag: 'ok', val: value };
}

function headerResult(error: HeaderError | null, value?: unknown): unknown {
  return error === null ? { tag: 'ok', val: value } : { tag: 'err', val: { tag: error } };
}

const ofFields: Functions = {
  '[constructor]fields': plain(() => Fields.empty()),
  '[static]fields.from-list': plain((_: EdgeContext, entries: readonly FieldEntry[]) => {
    const fields = Fields.empty();
    for (const [name, value] of entries) {
      const error = fields.append(name, value);
      if (error !== null) return headerResult(error);
    }
    return headerResult(null, fields);
  }),
  '[method]fields.get': plain((_: EdgeContext, fields: Fields, name: string) => fields.get(name)),
  '[method]fields.has': plain((_: EdgeContext, fields: Fields, name: string) => fields.has(name)),
  '[method]fields.set': plain((_: EdgeContext, fields: Fields, name: string, values: readonly Uint8Array[]) =>
    headerResult(fields.set(name, values)),
  ),
  '[method]fields.delete': plain((_: EdgeContext, fields: Fields, name: string) =>
    headerResult(fields.delete(name)),
  ),
  '[method]fields.append': plain((_: EdgeContext, fields: Fields, name: string, value: Uint8Array) =>
    headerResult(fields.append(name, value)),
  ),
  '[method]fields.entries': plain((_: EdgeContext, fields: Fields) => fields.entries()),
  '[method]fields.clone': plain((_: EdgeContext, fields: Fields) => fields.mutableCopy()),
};

const ofIncomingRequest: Functions = {
  '[method]incoming-request.method': plain((_: EdgeContext, request: ReceivedRequest) => request.method),
  '[method]incoming-request.path-with-query': plain(
    (_: EdgeContext, request: ReceivedRequest) => request.pathWithQuery,
  ),
  '[method]incoming-request.scheme': plain((_: EdgeContext, request: ReceivedRequest) => request.scheme),
  '[method]incoming-request.authority': plain(
    (_: EdgeContext, request: ReceivedRequest) => request.authority,
  ),
  '[method]incoming-request.headers': plain((_: EdgeContext, request: ReceivedRequest) =>
    request.headers.immutableCopy(),
  ),
  '[method]incoming-request.consume': plain((_: EdgeContext, request: ReceivedRequest) =>
    once(request.consume()),
  ),
};

/** A getter and a setter, which fails for what `fits` refuses. */
function property<Key extends 'method' | 'pathWithQuery' | 'scheme' | 'authority'>(
  name: string,
  key: Key,
  fits: (value: NonNullable<OutgoingRequest[Key]>) => boolean,
): Functions {
  return {
    [`[method]outgoing-request.${name}`]: plain((_: EdgeContext, request: OutgoingRequest) => request[key]),
    [`[method]outgoing-request.set-${name}`]: plain(
      (_: EdgeContext, request: OutgoingRequest, value: OutgoingRequest[Key]) => {
        if (value !== undefined && !fits(value)) return ERR;
        request[key] = value;
        return OK;
      },
    ),
  };
}

const ofOutgoingRequest: Functions = {
  '[constructor]outgoing-request': plain((_: EdgeContext, headers: Fields) => new OutgoingRequest(headers)),
  '[method]outgoing-request.body': plain((_: EdgeContext, request: OutgoingRequest) => once(request.body())),
  ...property('method', 'method', (method: Variant) => isMethod(method)),
  ...property('path-with-query', 'pathWithQuery', isPathWithQuery),
  ...property('scheme', 'scheme', (scheme: Variant) => isScheme(scheme)),
  ...property('authority', 'authority', isAuthority),
  '[method]outgoing-request.headers': plain((_: EdgeContext, request: OutgoingRequest) =>
    request.headers.immutableCopy(),
  ),
};

/** All three are kept; how they are counted is said in outgoing-handler.ts. */
function timeout(name: string, key: keyof RequestOptions): Functions {
  return {
    [`[method]request-options.${name}`]: plain((_: EdgeContext, options: RequestOptions) => options[key]),
    [`[method]request-options.set-${name}`]: plain(
      (_: EdgeContext, options: RequestOptions, duration: bigint | undefined) => {
        options[key] = duration;
        return OK;
      },
    ),
  };
}

const ofRequestOptions: Functions = {
  '[constructor]request-options': plain(() => new RequestOptions()),
  ...timeout('connect-timeout', 'connectTimeout'),
  ...timeout('first-byte-timeout', 'firstByteTimeout'),
  ...timeout('between-bytes-timeout', 'betweenBytesTimeout'),
};

const ofResponses: Functions = {
  '[method]response-outparam.send-informational': plain(
    (_: EdgeContext, out: ResponseOutparam, status: number, headers: Fields) => out.inform(status, headers),
  ),
  '[static]response-outparam.set': plain((cx: EdgeContext, _: ResponseOutparam, given: Answer) =>
    answer(cx, given),
  ),
  '[method]incoming-response.status': plain((_: EdgeContext, response: ReceivedResponse) => response.status),
  '[method]incoming-response.headers': plain((_: EdgeContext, response: ReceivedResponse) =>
    response.headers.immutableCopy(),
  ),
  '[method]incoming-response.consume': plain((_: EdgeContext, response: ReceivedResponse) =>
    once(response.consume()),
  ),
  '[constructor]outgoing-response': plain((_: EdgeContext, headers: Fields) => new OutgoingResponse(headers)),
  '[method]outgoing-response.status-code': plain(
    (_: EdgeContext, response: OutgoingResponse) => response.status,
  ),
  '[method]outgoing-response.set-status-code': plain(
    (_: EdgeContext, response: OutgoingResponse, status: number) => {
      // Those below 200 are no answers, and above 599 there are none.
      if (status < 200 || status > 599) return ERR;
      response.status = status;
      return OK;
    },
  ),
  '[method]outgoing-response.headers': plain((_: EdgeContext, response: OutgoingResponse) =>
    response.headers.immutableCopy(),
  ),
  '[method]outgoing-response.body': plain((_: EdgeContext, response: OutgoingResponse) =>
    once(response.body()),
  ),
};

const ofBodies: Functions = {
  '[method]incoming-body.stream': plain((_: EdgeContext, body: IncomingBody) => once(body.stream())),
  '[static]incoming-body.finish': plain((_: EdgeContext, body: IncomingBody) => body.finish()),
  '[method]future-trailers.subscribe': plain((_: EdgeContext, trailers: FutureTrailers) => trailers),
  '[method]future-trailers.get': plain((_: EdgeContext, trailers: FutureTrailers) => trailers.get()),
  '[method]outgoing-body.write': plain((_: EdgeContext, body: OutgoingBody) => once(body.write())),
  '[static]outgoing-body.finish': plain((_: EdgeContext, body: OutgoingBody, trailers: Fields | undefined) =>
    body.finish(trailers),
  ),
  '[method]future-incoming-response.subscribe': plain(
    (_: EdgeContext, future: FutureIncomingResponse) => future,
  ),
  '[method]future-incoming-response.get': plain((_: EdgeContext, future: FutureIncomingResponse) =>
    future.get(),
  ),
};

export const httpTypes: HostInterface<EdgeContext> = {
  name: 'wasi:http/types@0.2.12',
  functions: {
    'http-error-code': plain((_: EdgeContext, error: IoError) =>
      error instanceof BodyError ? error.code : undefined,
    ),
    ...ofFields,
    ...ofIncomingRequest,
    ...ofOutgoingRequest,
    ...ofRequestOptions,
    ...ofResponses,
    ...ofBodies,
  },
  drops: {
    'incoming-request': (_, request: ReceivedRequest) => request.drop(),
    'outgoing-request': (_, request: OutgoingRequest) => request.drop(),
    'incoming-response': (_, response: ReceivedResponse) => response.drop(),
    'outgoing-response': (_, response: OutgoingResponse) => response.drop(),
    'incoming-body': (_, body: IncomingBody) => body.cancel(),
    'outgoing-body': (_, body: OutgoingBody) => body.abort(),
    'future-trailers': (_, trailers: FutureTrailers) => trailers.cancel(),
    'future-incoming-response': (_, future: FutureIncomingResponse) => future.drop(),
  },
  parents: {
    'incoming-body': (body: IncomingBody) => body.checkStream(),
    'outgoing-body': (body: OutgoingBody) => body.checkStream(),
  },
};
