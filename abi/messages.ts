// Requests, responses and byte streams in the form in which the host and the interfaces of
// `wheeler:edge` hand them to each other: steps 1, 6, 9 and 11 of the request path.
// Plain records; nothing here knows sockets, Node streams or WebAssembly.
// Spec: abi/wit/http.wit and fetch.wit, whose words these are.

/** `[name, value]`. Names from outside are lower-case; a value's characters are U+0000 to U+00FF, one per byte. */
export type Header = readonly [name: string, value: string];

/** The cases of `http.error-code`, as the WIT spells them. */
export type EdgeErrorCode =
  | 'invalid'
  | 'already-responded'
  | 'not-granted'
  | 'address-refused'
  | 'name-not-resolved'
  | 'connection-failed'
  | 'tls-failed'
  | 'connection-closed'
  | 'protocol-violated'
  | 'redirect-refused'
  | 'timed-out'
  | 'too-large'
  | 'too-many'
  | 'loop-detected'
  | 'internal';

/** An error that the guest is told of. Whoever rejects with anything else has a bug. */
export class EdgeError extends Error {
  readonly code: EdgeErrorCode;
  /** It happened before there was a connection, where that makes a difference to what it is called. */
  readonly whileConnecting: boolean;

  constructor(
    code: EdgeErrorCode,
    message: string,
    options?: { cause?: unknown; whileConnecting?: boolean },
  ) {
    super(message, options);
    this.name = 'EdgeError';
    this.code = code;
    this.whileConnecting = options?.whileConnecting ?? false;
  }
}

/**
 * A stream of bytes that is pulled. One reader; `next` is not called again before the last
 * call has settled. The chunks belong to the reader.
 */
export interface ByteSource {
  /** The next chunk, never empty; null at the end and ever after. Rejects with `EdgeError`. */
  next(): Promise<Uint8Array | null>;
  /** Nobody reads any more: frees what is behind the stream. May be called at any time, and twice. */
  cancel(): void;
  /** Trailers, known once `next` gave null. */
  trailers(): readonly Header[];
  /** All that is left, where it is there already and nothing follows it; else null. Then there is no more. */
  whole?(): Uint8Array | null;
}

/** null: nothing; bytes: all of it at once; otherwise a stream. */
export type Content = Uint8Array | ByteSource | null;

export interface Client {
  readonly address: string;
  readonly country: string | null;
  readonly region: string | null;
  readonly city?: string | null;
  readonly asn?: number | null;
  readonly asOrganization?: string | null;
  /** Of the connection to this host: `1.1` when left out. */
  readonly httpVersion?: string;
  /** Whether it came over TLS, as far as somebody trusted says. */
  readonly secure?: boolean;
}

export interface IncomingRequest {
  readonly method: string;
  /** Absolute, as WHATWG URL serialises it. */
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body: ByteSource | null;
  readonly client: Client;
  readonly id: string;
  /** Sends an informational response, where the client's protocol has such. */
  readonly inform?: Inform | undefined;
}

export type Inform = (status: number, headers: readonly Header[]) => void;

/** Already checked against the rules of `http.wit`; the server adds what belongs to the connection. */
export interface OutgoingResponse {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly content: Content;
}

export interface FetchRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly content: Content;
  readonly redirect: 'follow' | 'manual' | 'error';
  /** Until the head of the response; null: only the host's limit. */
  readonly timeoutMs: number | null;
  /** Until there is a connection. */
  readonly connectMsMax?: number;
  /** Without a byte of the response's body, where that is less than the app's limit. */
  readonly idleMsMax?: number;
}

export interface FetchResponse {
  readonly status: number;
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body: ByteSource;
}
