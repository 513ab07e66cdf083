// The resources `request` and `response` of `wasi:http` 0.3: made by a guest or received by it,
// which makes no difference. Headers are immutable once a message has them; the contents can be
// taken once.
// Spec: abi/wit-0.3/wasi-http.

import { readFuture } from '../../canonical/async/host-ends.ts';
import type { SharedFuture } from '../../canonical/async/shared-future.ts';
import type { FetchResponse, IncomingRequest } from '../../messages.ts';
import { Fields } from '../../wasi/http/fields.ts';
import { toMethod, toScheme, type Variant } from '../../wasi/http/method.ts';
import { type Contents, EMPTY, type Outcome, receivedContents, trailersPromise } from './body.ts';

export abstract class Message {
  readonly headers: Fields;
  readonly contents: Contents;
  readonly #sent = Promise.withResolvers<Outcome<undefined>>();

  constructor(headers: Fields, contents: Contents) {
    this.headers = headers;
    this.contents = contents;
  }

  /** How its transmission went: for whoever made it. */
  get sent(): Promise<Outcome<undefined>> {
    return this.#sent.promise;
  }

  /** Only the first call counts. */
  readonly wasSent = (outcome: Outcome<undefined>): void => this.#sent.resolve(outcome);

  /** The contents, for a guest to read; `res` is what it says of them in the end. */
  consume(res: SharedFuture): readonly [stream: unknown, trailers: unknown] {
    readFuture(res).then((written) => {
      const outcome = written?.value as Outcome<undefined> | undefined;
      this.wasSent(outcome ?? { tag: 'err', val: { tag: 'connection-terminated' } });
    });
    return [this.contents.stream ?? EMPTY, trailersPromise(this.contents.trailers)];
  }

  /** Nobody will have it. */
  drop(): void {
    const { stream, trailers } = this.contents;
    if (stream !== undefined) 'drop' in stream ? stream.drop() : stream.cancel();
    if ('drop' in trailers) trailers.drop();
    this.wasSent({ tag: 'err', val: { tag: 'connection-terminated' } });
  }
}

export class Request extends Message {
  method: Variant = { tag: 'get' };
  pathWithQuery: string | undefined;
  scheme: Variant | undefined;
  authority: string | undefined;
  readonly options: RequestOptions | undefined;

  constructor(headers: Fields, contents: Contents, options: RequestOptions | undefined) {
    super(headers, contents);
    this.options = options?.copy(false);
  }

  static received(request: IncomingRequest): Request {
    const made = new Request(Fields.received(request.headers), receivedContents(request.body), undefined);
    const url = new URL(request.url);
    made.method = toMethod(request.method);
    made.pathWithQuery = url.pathname + url.search;
    made.scheme = toScheme(url.protocol);
    made.authority = url.host;
    return made;
  }
}

export class Response extends Message {
  status = 200;

  static received(response: FetchResponse): Response {
    const made = new Response(Fields.received(response.headers), receivedContents(response.body));
    made.status = response.status;
    return made;
  }
}

export type Timeout = 'connect' | 'firstByte' | 'betweenBytes';

/** Times in nanoseconds. */
export class RequestOptions {
  readonly #times: Map<Timeout, bigint>;
  readonly #mutable: boolean;

  constructor(times: ReadonlyMap<Timeout, bigint> = new Map(), mutable = true) {
    this.#times = new Map(times);
    this.#mutable = mutable;
  }

  get(which: Timeout): bigint | undefined {
    return this.#times.get(which);
  }

  /** False when it is immutable. */
  set(which: Timeout, time: bigint | undefined): boolean {
    if (!this.#mutable) return false;
    if (time === undefined) this.#times.delete(which);
    else this.#times.set(which, time);
    return true;
  }

  copy(mutable: boolean): RequestOptions {
    return new RequestOptions(this.#times, mutable);
  }
}
