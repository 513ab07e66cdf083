// What the two ends of a future share: the meeting of one write and one read.
// Spec: CanonicalABI.md `SharedFutureImpl`.

import type { ReadableBuffer, WritableBuffer } from './buffer.ts';
import { COPY, type Copy, type CopyResult, checkParties, type Party } from './shared-stream.ts';

type Pending =
  | { readonly side: 'reader'; readonly copy: Copy<WritableBuffer> }
  | { readonly side: 'writer'; readonly copy: Copy<ReadableBuffer> };

export class SharedFuture {
  #dropped = false;
  #pending: Pending | null = null;

  /** Whoever waits to read. */
  get reader(): Party {
    return this.#pending?.side === 'reader' ? this.#pending.copy.party : null;
  }

  cancel(): void {
    this.#notify(COPY.cancelled);
  }

  drop(): void {
    if (this.#dropped) return;
    this.#dropped = true;
    if (this.#pending !== null) this.#notify(COPY.dropped);
  }

  read(copy: Copy<WritableBuffer>): void {
    // Only the end of an instance drops the writable end before it has written.
    if (this.#dropped) {
      copy.onDone(COPY.dropped);
      return;
    }
    const writer = this.#pending?.copy as Copy<ReadableBuffer> | undefined;
    if (writer === undefined) {
      this.#pending = { side: 'reader', copy };
      return;
    }
    this.#meet(writer, copy);
    copy.onDone(COPY.completed);
  }

  write(copy: Copy<ReadableBuffer>): void {
    if (this.#dropped) {
      copy.onDone(COPY.dropped);
      return;
    }
    const reader = this.#pending?.copy as Copy<WritableBuffer> | undefined;
    if (reader === undefined) {
      this.#pending = { side: 'writer', copy };
      return;
    }
    this.#meet(copy, reader);
    copy.onDone(COPY.completed);
  }

  #meet(from: Copy<ReadableBuffer>, to: Copy<WritableBuffer>): void {
    checkParties(from, to);
    to.buffer.write(from.buffer.read(1));
    this.#notify(COPY.completed);
  }

  #notify(result: CopyResult): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.copy.onDone(result);
  }
}
