// The resources `incoming-body` and `future-trailers` of `wasi:http/types`, and the stream between
// them. The socket is read when the guest waits for bytes and no further ahead than one chunk,
// which is the back-pressure; who waits for trailers reads past what is left of the content.
// Spec: abi/wit/deps/wasi-http/types.wit; code or trap as in wasmtime.

import { trap } from '../../canonical/trap.ts';
import { Body } from '../../edge/body.ts';
import { LIMITS } from '../../limits.ts';
import type { ByteSource } from '../../messages.ts';
import type { Pollable } from '../poll.ts';
import type { InputStream } from '../streams.ts';
import { BodyError, type ErrorCode, errorCodeOf } from './error-code.ts';
import { Fields } from './fields.ts';

const NOTHING: ByteSource = { next: async () => null, cancel: () => {}, trailers: () => [] };

export class IncomingBody {
  readonly #body: Body;
  #stream: BodyStream | null = null;

  constructor(source: ByteSource | null) {
    this.#body = new Body(source ?? NOTHING);
  }

  /** Once; null after that. */
  stream(): InputStream | null {
    if (this.#stream !== null) return null;
    this.#stream = new BodyStream(this.#body);
    return this.#stream;
  }

  /** Traps while the guest still holds the stream. */
  finish(): FutureTrailers {
    this.checkStream();
    return new FutureTrailers(this.#body);
  }

  checkStream(): void {
    if (this.#stream?.held === true) trap('The body is let go while its stream is still there');
  }

  cancel(): void {
    this.#body.cancel();
  }
}

class BodyStream implements InputStream {
  readonly #body: Body;
  #failed = false;
  /** Whether the guest still has it. */
  held = true;

  constructor(body: Body) {
    this.#body = body;
  }

  get ready(): boolean {
    return this.#failed || this.#body.readable;
  }

  async whenReady(): Promise<void> {
    if (!this.ready) await this.#body.whenReadable();
  }

  read(bytesMax: number): Uint8Array | null {
    if (this.#failed) return null;
    // A guest that only ever looks has to be given something some time.
    if (!this.#body.readable) void this.#body.whenReadable();
    try {
      return this.#body.take(bytesMax);
    } catch (error) {
      this.#failed = true;
      throw new BodyError(errorCodeOf(error), `Reading the body failed: ${(error as Error).message}`);
    }
  }

  close(): void {
    this.held = false;
  }
}

type Trailers = { readonly tag: 'ok'; readonly val: Fields | undefined };

export class FutureTrailers implements Pollable {
  readonly #body: Body;
  #outcome: Trailers | { readonly tag: 'err'; readonly val: ErrorCode } | null = null;
  #taken = false;
  #reading: Promise<void> | null = null;

  constructor(body: Body) {
    this.#body = body;
  }

  get ready(): boolean {
    return this.#outcome !== null;
  }

  whenReady(): Promise<void> {
    this.#reading ??= this.#readToEnd();
    return this.#reading;
  }

  /** `option<result<result<option<trailers>, error-code>>>` */
  get(): unknown {
    if (this.#outcome === null) {
      void this.whenReady();
      return undefined;
    }
    if (this.#taken) return { tag: 'err' };
    this.#taken = true;
    return { tag: 'ok', val: this.#outcome };
  }

  cancel(): void {
    this.#body.cancel();
  }

  async #readToEnd(): Promise<void> {
    try {
      do await this.#body.whenReadable();
      while (this.#body.take(LIMITS.chunkBytesMax) !== null);
      const lines = this.#body.trailers();
      this.#outcome = { tag: 'ok', val: lines.length === 0 ? undefined : Fields.received(lines) };
    } catch (error) {
      this.#outcome = { tag: 'err', val: errorCodeOf(error) };
    }
  }
}
