// What the two ends of a stream share: a meeting point without a buffer of its own. Whoever comes
// first leaves a buffer; whoever comes second copies, as much as both can, and goes on.
// Spec: CanonicalABI.md `SharedStreamImpl`.

import { trap } from '../trap.ts';
import { type Buffer, GuestBuffer, type ReadableBuffer, type WritableBuffer } from './buffer.ts';
import type { AsyncInstance } from './instance.ts';

export const COPY = { completed: 0, dropped: 1, cancelled: 2 } as const;
export type CopyResult = (typeof COPY)[keyof typeof COPY];

/** Who copies: a guest's instance, or the host. */
export type Party = AsyncInstance | null;

/** So many values are copied at once between two guests, so that the host never holds many. */
const PIECE = 65_536;

export interface Copy<B extends Buffer> {
  readonly party: Party;
  /** The values are numbers, or nothing at all: these an instance may send to itself. */
  readonly numeric: boolean;
  readonly buffer: B;
  /** Something was copied while this one was waiting; `reclaim` takes the buffer back. */
  onCopy(reclaim: () => void): void;
  onDone(result: CopyResult): void;
}

type Pending =
  | { readonly side: 'reader'; readonly copy: Copy<WritableBuffer> }
  | { readonly side: 'writer'; readonly copy: Copy<ReadableBuffer> };

export class SharedStream {
  /** A reader waits and nobody writes: for a writer of the host. */
  onWanted: (() => void) | null = null;
  onDropped: (() => void) | null = null;
  #dropped = false;
  #pending: Pending | null = null;

  get dropped(): boolean {
    return this.#dropped;
  }

  /** Whoever waits to read. */
  get reader(): Party {
    return this.#pending?.side === 'reader' ? this.#pending.copy.party : null;
  }

  /** Takes back the copy that waits. */
  cancel(): void {
    this.#notify(COPY.cancelled);
  }

  drop(): void {
    if (this.#dropped) return;
    this.#dropped = true;
    if (this.#pending !== null) this.#notify(COPY.dropped);
    this.onDropped?.();
  }

  read(copy: Copy<WritableBuffer>): void {
    if (this.#dropped) {
      copy.onDone(COPY.dropped);
      return;
    }
    const writer = this.#pending?.copy as Copy<ReadableBuffer> | undefined;
    if (writer === undefined) {
      this.#await({ side: 'reader', copy });
      return;
    }
    checkParties(copy, writer);
    if (writer.buffer.remain > 0) {
      this.#exchange(writer, copy, writer);
      copy.onDone(COPY.completed);
      return;
    }
    this.#notify(COPY.completed);
    this.#await({ side: 'reader', copy });
  }

  write(copy: Copy<ReadableBuffer>): void {
    if (this.#dropped) {
      copy.onDone(COPY.dropped);
      return;
    }
    const reader = this.#pending?.copy as Copy<WritableBuffer> | undefined;
    if (reader === undefined) {
      this.#await({ side: 'writer', copy });
      return;
    }
    checkParties(copy, reader);
    if (reader.buffer.remain > 0) {
      this.#exchange(copy, reader, reader);
      copy.onDone(COPY.completed);
      return;
    }
    if (copy.buffer.isZeroLength && reader.buffer.isZeroLength) {
      copy.onDone(COPY.completed);
      return;
    }
    this.#notify(COPY.completed);
    this.#await({ side: 'writer', copy });
  }

  #exchange(writer: Copy<ReadableBuffer>, reader: Copy<WritableBuffer>, waiting: Copy<Buffer>): void {
    const { buffer: from, numeric } = writer;
    const { buffer: to } = reader;
    const all = Math.min(from.remain, to.remain);
    if (all === 0) return;
    if (numeric && from instanceof GuestBuffer && to instanceof GuestBuffer) to.copy(from, all);
    for (let count = piece(from, to); count > 0; count = piece(from, to)) to.write(from.read(count));
    waiting.onCopy(() => {
      if (this.#pending?.copy === waiting) this.#pending = null;
    });
  }

  #await(pending: Pending): void {
    this.#pending = pending;
    if (pending.side === 'reader') this.onWanted?.();
  }

  #notify(result: CopyResult): void {
    const pending = this.#pending;
    this.#pending = null;
    pending?.copy.onDone(result);
  }
}

export function checkParties(one: Copy<Buffer>, other: Copy<Buffer>): void {
  if (one.party !== null && one.party === other.party && !one.numeric)
    trap('An instance can send itself only numbers through a stream or future');
}

function piece(from: Buffer, to: Buffer): number {
  return Math.min(from.remain, to.remain, PIECE);
}
