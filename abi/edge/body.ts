// The readable end of a stream as a guest holds it: the resource `http.body`. It reads ahead
// by one chunk at most, remembers its first error, and can be handed on unread.
// Spec: abi/wit/http.wit, resource body.

import { LIMITS } from '../limits.ts';
import { type ByteSource, EdgeError, type Header } from '../messages.ts';
import { joinBytes } from './join-bytes.ts';

const NOTHING = new Uint8Array(0);

export class Body {
  readonly #source: ByteSource;
  #ahead: Uint8Array = NOTHING;
  #ended = false;
  #error: EdgeError | null = null;
  #pull: Promise<void> | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Whether `read` would not wait. */
  get readable(): boolean {
    return this.#ahead.length > 0 || this.#ended || this.#error !== null;
  }

  /** Resolves once `readable`; never rejects. */
  async whenReadable(): Promise<void> {
    if (this.readable) return;
    this.#pull ??= this.#next();
    await this.#pull;
  }

  /** At least one byte, or none at the end. Rejects with `EdgeError`. */
  async read(bytesMax: number): Promise<Uint8Array> {
    await this.whenReadable();
    return this.take(bytesMax || LIMITS.chunkBytesMax) ?? NOTHING;
  }

  /** What is there already: nothing as long as it is not `readable`, null at the end. Throws `EdgeError`. */
  take(bytesMax: number): Uint8Array | null {
    if (this.#ahead.length === 0) {
      if (this.#error !== null) throw this.#error;
      return this.#ended ? null : NOTHING;
    }
    const count = Math.min(bytesMax, LIMITS.chunkBytesMax);
    const bytes = this.#ahead.subarray(0, count);
    this.#ahead = this.#ahead.subarray(count);
    return bytes;
  }

  /** All that is left, in one piece. Rejects with `EdgeError`. */
  async collect(bytesMax: number): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      await this.whenReadable();
      if (this.#error !== null && this.#ahead.length === 0) throw this.#error;
      if (this.#ahead.length === 0) return joinBytes(chunks, length);
      chunks.push(this.#ahead);
      length += this.#ahead.length;
      this.#ahead = NOTHING;
      if (length > bytesMax) {
        this.cancel();
        throw new EdgeError('too-large', `Body is too large to collect: limit ${bytesMax} bytes`);
      }
    }
  }

  trailers(): readonly Header[] {
    return this.#ended ? this.#source.trailers() : [];
  }

  cancel(): void {
    this.#source.cancel();
  }

  /** The rest, for somebody else to read. This object must not be used after it. */
  handOn(): ByteSource {
    if (this.#ahead.length === 0 && this.#pull === null && this.#error === null) return this.#source;
    return {
      next: async () => {
        await this.whenReadable();
        if (this.#ahead.length === 0 && this.#error !== null) throw this.#error;
        const bytes = this.#ahead;
        this.#ahead = NOTHING;
        return bytes.length === 0 ? null : bytes;
      },
      cancel: () => this.#source.cancel(),
      trailers: () => this.#source.trailers(),
    };
  }

  async #next(): Promise<void> {
    try {
      const chunk = await this.#source.next();
      if (chunk === null) this.#ended = true;
      else this.#ahead = chunk;
    } catch (error) {
      this.#error =
        error instanceof EdgeError ? error : new EdgeError('internal', 'Reading failed', { cause: error });
    }
    this.#pull = null;
  }
}
