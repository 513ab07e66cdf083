// A stream inside the host with a writable end for the guest (the resource
// `http.body-writer`) and a readable one for whoever it is handed to. The writer waits while
// too much is on its way, so a slow reader slows the guest down.
// Spec: abi/wit/http.wit, resource body-writer.

import { LIMITS } from '../limits.ts';
import { type ByteSource, EdgeError, type Header } from '../messages.ts';
import { joinBytes } from './join-bytes.ts';

type State = 'open' | 'finished' | 'broken' | 'unread';

export class Pipe {
  readonly #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  #state: State = 'open';
  #trailers: readonly Header[] = [];
  #reader: Signal | null = null;
  #writer: Signal | null = null;

  // --- the writable end ---

  /** Whether `write` would not wait. */
  get writable(): boolean {
    return this.#state !== 'open' || this.#queuedBytes <= LIMITS.chunkBytesMax;
  }

  /** Resolves once `writable`. */
  async whenWritable(): Promise<void> {
    while (!this.writable) {
      this.#writer ??= signal();
      await this.#writer.promise;
    }
  }

  /** Whether somebody still may read what is written. */
  get open(): boolean {
    return this.#state === 'open';
  }

  /** Takes `bytes` over. Rejects with `EdgeError` connection-closed when nobody reads. */
  async write(bytes: Uint8Array): Promise<void> {
    await this.whenWritable();
    this.put(bytes);
  }

  /**
   * The same for whoever has seen that it is `writable`.
   * @throws EdgeError connection-closed when nobody reads.
   */
  put(bytes: Uint8Array): void {
    if (this.#state !== 'open') throw closed();
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#wake('reader');
  }

  /** @throws EdgeError connection-closed when nobody reads. */
  finish(trailers: readonly Header[]): void {
    if (this.#state !== 'open') throw closed();
    this.#trailers = trailers;
    this.#state = 'finished';
    this.#wake('reader');
  }

  /** The writer is gone. After `finish` this changes nothing. */
  breakOff(): void {
    if (this.#state !== 'open') return;
    this.#state = 'broken';
    this.#wake('reader');
  }

  // --- the readable end ---

  readonly source: ByteSource = {
    next: async () => {
      for (;;) {
        const chunk = this.#chunks.shift();
        if (chunk !== undefined) {
          this.#queuedBytes -= chunk.length;
          this.#wake('writer');
          return chunk;
        }
        if (this.#state === 'finished') return null;
        if (this.#state !== 'open') throw new EdgeError('connection-closed', 'The stream was broken off');
        this.#reader ??= signal();
        await this.#reader.promise;
      }
    },
    cancel: () => {
      this.#chunks.length = 0;
      this.#queuedBytes = 0;
      if (this.#state === 'open') this.#state = 'unread';
      this.#wake('writer');
      this.#wake('reader');
    },
    trailers: () => this.#trailers,
    whole: () => {
      if (this.#state !== 'finished' || this.#trailers.length > 0) return null;
      const bytes = joinBytes(this.#chunks, this.#queuedBytes);
      this.#chunks.length = 0;
      this.#queuedBytes = 0;
      return bytes;
    },
  };

  #wake(end: 'reader' | 'writer'): void {
    const waiting = end === 'reader' ? this.#reader : this.#writer;
    if (end === 'reader') this.#reader = null;
    else this.#writer = null;
    waiting?.resolve();
  }
}

interface Signal {
  readonly promise: Promise<void>;
  resolve(): void;
}

function signal(): Signal {
  return Promise.withResolvers<void>();
}

function closed(): EdgeError {
  return new EdgeError('connection-closed', 'Nobody reads this stream any more');
}
