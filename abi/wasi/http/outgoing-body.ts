// The resource `outgoing-body` of `wasi:http/types` and its stream: the writable end of a pipe whose
// other end flows to a client or to another server. A permit is given as long as no more than one
// chunk is on its way, so a slow reader slows the guest down.
// Spec: abi/wit/deps/wasi-http/types.wit; code or trap as in wasmtime.

import { trap } from '../../canonical/trap.ts';
import { checkTrailers } from '../../edge/headers.ts';
import { Pipe } from '../../edge/pipe.ts';
import { LIMITS } from '../../limits.ts';
import { type ByteSource, EdgeError, type Header } from '../../messages.ts';
import type { OutputStream } from '../streams.ts';
import { BodyError, type ErrorCode, errorCodeOf } from './error-code.ts';
import type { Fields } from './fields.ts';

type Finished = { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: ErrorCode };

export class OutgoingBody {
  readonly #pipe = new Pipe();
  readonly #count: ByteCount;
  #stream: BodyWriter | null = null;

  /** @param headers those of the message, which may promise a length */
  constructor(of: 'request' | 'response', headers: Fields) {
    this.#count = new ByteCount(of, headers.contentLength);
  }

  /** For whoever sends the message. */
  get source(): ByteSource {
    return this.#pipe.source;
  }

  /** Once; null after that. */
  write(): OutputStream | null {
    if (this.#stream !== null) return null;
    this.#stream = new BodyWriter(this.#pipe, this.#count);
    return this.#stream;
  }

  /** Traps while the guest still holds the stream. That nobody reads any more is no error. */
  finish(trailers: Fields | undefined): Finished {
    this.checkStream();
    try {
      if (!this.#count.isComplete) return { tag: 'err', val: this.#count.error };
      const lines: readonly Header[] = trailers?.lines ?? [];
      const checked = checkTrailers(lines.map(([name, value]) => ({ name, value })));
      if (this.#pipe.open) this.#pipe.finish(checked);
      return { tag: 'ok' };
    } catch (error) {
      return { tag: 'err', val: errorCodeOf(error) };
    } finally {
      this.#pipe.breakOff();
    }
  }

  checkStream(): void {
    if (this.#stream?.held === true) trap('The body is let go while its stream is still there');
  }

  /** The message will not be complete. */
  abort(): void {
    this.#pipe.breakOff();
  }
}

/** Holds what is written against what the headers promised. */
class ByteCount {
  readonly #of: 'request' | 'response';
  readonly #promised: number | null;
  #written = 0;

  constructor(of: 'request' | 'response', promised: number | null) {
    this.#of = of;
    this.#promised = promised;
  }

  /** False when it is more than was promised. */
  add(bytes: number): boolean {
    this.#written += bytes;
    return this.#promised === null || this.#written <= this.#promised;
  }

  get isComplete(): boolean {
    return this.#promised === null || this.#written === this.#promised;
  }

  get error(): ErrorCode {
    return { tag: `HTTP-${this.#of}-body-size`, val: BigInt(this.#written) };
  }
}

class BodyWriter implements OutputStream {
  readonly #pipe: Pipe;
  readonly #count: ByteCount;
  /** Whether the guest still has it. */
  held = true;

  constructor(pipe: Pipe, count: ByteCount) {
    this.#pipe = pipe;
    this.#count = count;
  }

  get ready(): boolean {
    return this.#pipe.writable;
  }

  whenReady(): Promise<void> {
    return this.#pipe.whenWritable();
  }

  room(): number | null {
    if (!this.#pipe.open) return null;
    return this.#pipe.writable ? LIMITS.chunkBytesMax : 0;
  }

  write(bytes: Uint8Array): void {
    if (!this.#count.add(bytes.length)) {
      throw new BodyError(this.#count.error, 'More was written than the content-length promised');
    }
    try {
      this.#pipe.put(bytes);
    } catch (error) {
      if (!(error instanceof EdgeError)) throw error;
      throw new BodyError(errorCodeOf(error), error.message);
    }
  }

  close(): void {
    this.held = false;
  }
}
