// The messages of `wasi:http/types`: what a guest reads of a request or response that came in, and
// what it makes of one that goes out. Headers are immutable once a message has them.
// Spec: abi/wit/deps/wasi-http/types.wit.

import type { Content, FetchResponse, IncomingRequest } from '../../messages.ts';
import { Fields } from './fields.ts';
import { IncomingBody } from './incoming-body.ts';
import { toMethod, toScheme, type Variant } from './method.ts';
import { OutgoingBody } from './outgoing-body.ts';

/** What both kinds that come in have: headers, and a body that can be had once. */
class Incoming {
  readonly headers: Fields;
  #body: IncomingBody | null;

  constructor(headers: Fields, body: IncomingBody) {
    this.headers = headers;
    this.#body = body;
  }

  /** Once; null after that. */
  consume(): IncomingBody | null {
    const body = this.#body;
    this.#body = null;
    return body;
  }

  /** Nobody will read it, unless somebody has it already. */
  drop(): void {
    this.#body?.cancel();
  }
}

export class ReceivedRequest extends Incoming {
  readonly method: Variant;
  readonly pathWithQuery: string;
  readonly scheme: Variant;
  readonly authority: string;

  constructor(request: IncomingRequest) {
    super(Fields.received(request.headers), new IncomingBody(request.body));
    const { url } = request;
    // As the URL parser wrote it: it need not be parsed again.
    const authorityAt = url.indexOf('://') + 3;
    const pathAt = url.indexOf('/', authorityAt);
    this.method = toMethod(request.method);
    this.pathWithQuery = url.slice(pathAt);
    this.scheme = toScheme(url.slice(0, authorityAt - 2));
    this.authority = url.slice(authorityAt, pathAt);
  }
}

export class ReceivedResponse extends Incoming {
  readonly status: number;

  constructor(response: FetchResponse) {
    super(Fields.received(response.headers), new IncomingBody(response.body));
    this.status = response.status;
  }
}

/** What both kinds that go out have: headers, and a body that can be had once. */
class Outgoing {
  readonly headers: Fields;
  readonly #kind: 'request' | 'response';
  #body: OutgoingBody | null = null;

  constructor(kind: 'request' | 'response', headers: Fields) {
    this.#kind = kind;
    this.headers = headers.immutableCopy();
  }

  /** Once; null after that. */
  body(): OutgoingBody | null {
    if (this.#body !== null) return null;
    this.#body = new OutgoingBody(this.#kind, this.headers);
    return this.#body;
  }

  /** Nothing when nobody asked for the body. */
  get content(): Content {
    return this.#body?.source ?? null;
  }

  /** It will not be sent: nobody reads what is written to its body. */
  drop(): void {
    this.#body?.source.cancel();
  }
}

export class OutgoingRequest extends Outgoing {
  method: Variant = { tag: 'get' };
  pathWithQuery: string | undefined;
  scheme: Variant | undefined;
  authority: string | undefined;

  constructor(headers: Fields) {
    super('request', headers);
  }
}

export class OutgoingResponse extends Outgoing {
  status = 200;

  constructor(headers: Fields) {
    super('response', headers);
  }
}

/** Times in nanoseconds. */
export class RequestOptions {
  connectTimeout: bigint | undefined;
  firstByteTimeout: bigint | undefined;
  betweenBytesTimeout: bigint | undefined;
}
