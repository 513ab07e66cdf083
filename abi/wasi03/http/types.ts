// The interface `wasi:http/types` 0.3: fields, requests, responses and request options.
// Step 8 of the request path.
// Spec: abi/wit-0.3/wasi-http; each function's contract is its text there.

import type { SharedFuture } from '../../canonical/async/shared-future.ts';
import type { SharedStream } from '../../canonical/async/shared-stream.ts';
import type { EdgeContext } from '../../edge/context.ts';
import { type HostFunction, type HostInterface, plain } from '../../host-interface.ts';
import { Fields, type HeaderError } from '../../wasi/http/fields.ts';
import {
  isAuthority,
  isMethod,
  isPathWithQuery,
  isScheme,
  plainMethod,
  plainScheme,
  type Variant,
} from '../../wasi/http/method.ts';
import { Request, RequestOptions, Response, type Timeout } from './messages.ts';

type Functions = Record<string, HostFunction<EdgeContext>>;
type Entry = readonly [name: string, value: Uint8Array];

const OK = { tag: 'ok' };
const ERR = { tag: 'err' };

function method(call: (self: never, ...args: never[]) => unknown): HostFunction<EdgeContext> {
  const bound = call as (...args: unknown[]) => unknown;
  return plain((_: EdgeContext, ...args: never[]) => bound(...args));
}

const fields: Functions = {
  '[constructor]fields': method(() => Fields.empty()),
  '[static]fields.from-list': method((entries: readonly Entry[]) => {
    const made = Fields.empty();
    for (const [name, value] of entries) {
      const error = made.append(name, value);
      if (error !== null) return { tag: 'err', val: { tag: error } };
    }
    return { tag: 'ok', val: made };
  }),
  '[method]fields.get': method((self: Fields, name: string) => self.get(name)),
  '[method]fields.has': method((self: Fields, name: string) => self.has(name)),
  '[method]fields.set': method((self: Fields, name: string, values: readonly Uint8Array[]) =>
    changed(self.set(name, values)),
  ),
  '[method]fields.delete': method((self: Fields, name: string) => changed(self.delete(name))),
  '[method]fields.get-and-delete': method((self: Fields, name: string) => {
    const values = self.get(name);
    const error = self.delete(name);
    return error === null ? { tag: 'ok', val: values } : changed(error);
  }),
  '[method]fields.append': method((self: Fields, name: string, value: Uint8Array) =>
    changed(self.append(name, value)),
  ),
  '[method]fields.copy-all': method((self: Fields) => self.entries()),
  '[method]fields.clone': method((self: Fields) => self.mutableCopy()),
};

function changed(error: HeaderError | null): unknown {
  return error === null ? OK : { tag: 'err', val: { tag: error } };
}

const request: Functions = {
  '[static]request.new': method(
    (
      headers: Fields,
      stream: SharedStream | undefined,
      trailers: SharedFuture,
      options: RequestOptions | undefined,
    ) => {
      const made = new Request(headers.immutableCopy(), { stream, trailers }, options);
      return [made, made.sent];
    },
  ),
  '[method]request.get-method': method((self: Request) => self.method),
  '[method]request.set-method': method((self: Request, value: Variant) =>
    put(isMethod(value), () => {
      self.method = plainMethod(value);
    }),
  ),
  '[method]request.get-path-with-query': method((self: Request) => self.pathWithQuery),
  '[method]request.set-path-with-query': method((self: Request, value: string | undefined) =>
    put(value === undefined || isPathWithQuery(value), () => {
      self.pathWithQuery = value === '' ? '/' : value;
    }),
  ),
  '[method]request.get-scheme': method((self: Request) => self.scheme),
  '[method]request.set-scheme': method((self: Request, value: Variant | undefined) =>
    put(value === undefined || isScheme(value), () => {
      self.scheme = value && plainScheme(value);
    }),
  ),
  '[method]request.get-authority': method((self: Request) => self.authority),
  '[method]request.set-authority': method((self: Request, value: string | undefined) =>
    put(value === undefined || isAuthority(value), () => {
      self.authority = value;
    }),
  ),
  '[method]request.get-options': method((self: Request) => self.options),
  '[method]request.get-headers': method((self: Request) => self.headers),
  '[static]request.consume-body': method((self: Request, res: SharedFuture) => self.consume(res)),
};

const response: Functions = {
  '[static]response.new': method(
    (headers: Fields, stream: SharedStream | undefined, trailers: SharedFuture) => {
      const made = new Response(headers.immutableCopy(), { stream, trailers });
      return [made, made.sent];
    },
  ),
  '[method]response.get-status-code': method((self: Response) => self.status),
  '[method]response.set-status-code': method((self: Response, status: number) =>
    put(status >= 100 && status <= 599, () => {
      self.status = status;
    }),
  ),
  '[method]response.get-headers': method((self: Response) => self.headers),
  '[static]response.consume-body': method((self: Response, res: SharedFuture) => self.consume(res)),
};

function put(valid: boolean, set: () => void): unknown {
  if (!valid) return ERR;
  set();
  return OK;
}

const IMMUTABLE = { tag: 'err', val: { tag: 'immutable' } };

const options: Functions = {
  '[constructor]request-options': method(() => new RequestOptions()),
  ...timeout('connect-timeout', 'connect'),
  ...timeout('first-byte-timeout', 'firstByte'),
  ...timeout('between-bytes-timeout', 'betweenBytes'),
  '[method]request-options.clone': method((self: RequestOptions) => self.copy(true)),
};

function timeout(name: string, which: Timeout): Functions {
  return {
    [`[method]request-options.get-${name}`]: method((self: RequestOptions) => self.get(which)),
    [`[method]request-options.set-${name}`]: method((self: RequestOptions, time: bigint | undefined) =>
      self.set(which, time) ? OK : IMMUTABLE,
    ),
  };
}

export const httpTypes03: HostInterface<EdgeContext> = {
  name: 'wasi:http/types@0.3.0',
  functions: { ...fields, ...request, ...response, ...options },
  drops: {
    request: (_, self: Request) => self.drop(),
    response: (_, self: Response) => self.drop(),
  },
};
