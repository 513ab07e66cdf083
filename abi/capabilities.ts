// What the interfaces in `abi/` need of the host, as types: the real I/O is behind these.
// One object of each per request, made by the capability's third lifetime (see
// host/capabilities). Knows no Node and no WebAssembly.

import type { FileTree } from './files.ts';
import type { FetchRequest, FetchResponse } from './messages.ts';

/** Outgoing requests of one guest request, with the grants of its app. */
export interface Fetcher {
  /**
   * Sends a request and resolves with the head of its response. Rejects with `EdgeError` only.
   * When `signal` aborts, the exchange ends, its body included, and the promise rejects.
   */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<FetchResponse>;
  /** How many more may be started, redirects included. */
  readonly fetchesLeft: number;
}

export type HashName = 'sha1' | 'sha256' | 'sha384' | 'sha512';
export type SignatureAlgorithm = 'hs256' | 'hs512' | 'rs256' | 'es256';
export type VerifyKey =
  | { readonly tag: 'raw'; readonly val: Uint8Array }
  | { readonly tag: 'spki'; readonly val: Uint8Array }
  | { readonly tag: 'jwk'; readonly val: string };

/** Does a piece of the host's work on the bill of the request that asked for it. */
export type Billed = <T>(work: () => T) => T;

/** Long inputs are worked on in pieces, so none of these holds the event loop; each piece is billed. */
export interface Crypto {
  digest(hash: HashName, data: Uint8Array, billed: Billed): Promise<Uint8Array>;
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array, billed: Billed): Promise<Uint8Array>;
  digester(hash: HashName): Digester;
  verify(
    algorithm: SignatureAlgorithm,
    key: VerifyKey,
    data: Uint8Array,
    signature: Uint8Array,
    billed: Billed,
  ): Promise<boolean | 'invalid' | 'mismatch'>;
}

export interface Digester {
  update(data: Uint8Array, billed: Billed): Promise<void>;
  finish(): Uint8Array;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error';

export interface GuestLog {
  /** `message` is as the guest gave it: escaping and the limit on bytes are behind this. */
  write(level: LogLevel, message: string): void;
}

export interface Config {
  readonly variables: ReadonlyMap<string, string>;
  readonly secrets: ReadonlyMap<string, string>;
  /** What the app may read. */
  readonly directories: readonly FileTree[];
}

/** The clocks, as the host has them; the sandbox makes them stand still between waits. */
export interface Clock {
  /** Milliseconds since the Unix epoch, with fractions. */
  wallMs(): number;
  /** Milliseconds from an arbitrary point, with fractions, never going back. */
  monotonicMs(): number;
  /** CPU time of this thread in nanoseconds. */
  threadCpuNs(): number;
  /** The same, up to 0.1 ms too high, and quick to read. */
  nearThreadCpuNs(): number;
  /** Resolves after `durationMs`, or at once when `signal` aborts. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}

export interface Entropy {
  /** Fresh bytes from a cryptographically strong source. */
  bytes(count: number): Uint8Array;
}
