// The body of a response as a stream that is pulled: undici pushes chunks in, the reader takes them
// out as they are, without a copy. About 64 KiB may wait here; then the socket is not read until
// the reader has caught up. Step 9 of the request path. Knows no HTTP.

import { LIMITS } from '../../abi/limits.ts';
import { type ByteSource, EdgeError, type Header } from '../../abi/messages.ts';
import { type Alarm, startAlarm } from '../alarm.ts';

/** The connection behind a body. */
export interface BodyControl {
  pause(): void;
  resume(): void;
  /** Nobody reads any more; the connection may be ended or used up, as is cheaper. */
  abandon(): void;
}

export class ResponseBody implements ByteSource {
  readonly #control: BodyControl;
  readonly #idleMsMax: number;
  #chunks: Uint8Array[] = [];
  #bytesWaiting = 0;
  #paused = false;
  #reader: PromiseWithResolvers<Uint8Array | null> | null = null;
  #idle: Alarm | null = null;
  #end: 'open' | 'complete' | EdgeError = 'open';
  #trailers: readonly Header[] = [];

  constructor(control: BodyControl, idleMsMax: number) {
    this.#control = control;
    this.#idleMsMax = idleMsMax;
  }

  next(): Promise<Uint8Array | null> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#bytesWaiting -= chunk.length;
      if (this.#bytesWaiting === 0) this.#resume();
      return Promise.resolve(chunk);
    }
    if (this.#end === 'complete') return Promise.resolve(null);
    if (this.#end !== 'open') return Promise.reject(this.#end);
    this.#reader = Promise.withResolvers();
    this.#idle = startAlarm(this.#idleMsMax, () => this.#idleTooLong());
    return this.#reader.promise;
  }

  cancel(): void {
    this.#chunks = [];
    this.#bytesWaiting = 0;
    if (this.#end !== 'open') return;
    this.fail(new EdgeError('connection-closed', 'The body was cancelled'));
    this.#control.abandon();
  }

  trailers(): readonly Header[] {
    return this.#end === 'complete' && this.#chunks.length === 0 ? this.#trailers : [];
  }

  /** A chunk has come. undici's parser hands on an empty one where it was paused; to a reader that would be the end. */
  push(chunk: Uint8Array): void {
    if (this.#end !== 'open' || chunk.length === 0) return;
    if (this.#reader !== null) {
      this.#takeReader().resolve(chunk);
      return;
    }
    this.#chunks.push(chunk);
    this.#bytesWaiting += chunk.length;
    if (this.#bytesWaiting >= LIMITS.chunkBytesMax && !this.#paused) {
      this.#paused = true;
      this.#control.pause();
    }
  }

  /** The message is complete. */
  complete(trailers: readonly Header[]): void {
    if (this.#end !== 'open') return;
    this.#end = 'complete';
    this.#trailers = trailers;
    if (this.#reader !== null) this.#takeReader().resolve(null);
  }

  /** The message will not be complete. What has come already can still be read. */
  fail(error: EdgeError): void {
    if (this.#end !== 'open') return;
    this.#end = error;
    if (this.#reader !== null) this.#takeReader().reject(error);
  }

  #takeReader(): PromiseWithResolvers<Uint8Array | null> {
    const reader = this.#reader!;
    this.#reader = null;
    this.#idle?.stop();
    return reader;
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#control.resume();
  }

  #idleTooLong(): void {
    this.fail(new EdgeError('timed-out', `Nothing came for ${this.#idleMsMax} ms`));
    this.#control.abandon();
  }
}
