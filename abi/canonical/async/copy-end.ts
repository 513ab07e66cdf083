// An end of a stream or future in a guest's table: what it may do in which state, and the events
// that tell how a copy went.
// Spec: CanonicalABI.md `CopyEnd`, `stream_copy`, `future_copy`, `cancel_copy`.

import type { LiftLowerContext } from '../context.ts';
import { trap } from '../trap.ts';
import { GuestBuffer } from './buffer.ts';
import type { EndKind } from './builtin.ts';
import type { ElementAccess } from './element.ts';
import type { AsyncInstance } from './instance.ts';
import { SharedFuture } from './shared-future.ts';
import { COPY, type CopyResult, type SharedStream } from './shared-stream.ts';
import { EVENT, type Event, Waitable } from './waitable.ts';

type CopyState = 'idle' | 'copying' | 'cancelling' | 'done';

export abstract class CopyEnd extends Waitable {
  readonly shared: SharedStream | SharedFuture;
  readonly element: ElementAccess;
  readonly side: EndKind['side'];
  #state: CopyState = 'idle';
  /** Something was copied, there is room for more, and nobody has been told yet. */
  #isPartial = false;

  constructor(
    instance: AsyncInstance,
    shared: SharedStream | SharedFuture,
    element: ElementAccess,
    side: EndKind['side'],
  ) {
    super(instance);
    this.shared = shared;
    this.element = element;
    this.side = side;
  }

  get #isFuture(): boolean {
    return this.shared instanceof SharedFuture;
  }

  get #copying(): boolean {
    return this.#state === 'copying' || this.#state === 'cancelling';
  }

  /** Traps unless it can be given away. */
  checkIdle(): void {
    if (this.#state !== 'idle') trap('An end of a stream or future is given away while it copies or is done');
    if (this.inSet) trap('An end of a stream or future is given away while it is in a waitable set');
  }

  /** Begins a copy between the other end and `length` values at `ptr`. */
  copy(index: number, cx: LiftLowerContext, ptr: number, length: number, async: boolean): void {
    if (this.#state !== 'idle') trap('A stream or future is used while it copies or is done');
    this.#checkSet(async);
    const buffer = new GuestBuffer(this.element, cx, ptr, length);
    const happened = (result: CopyResult, reclaim: (() => void) | null) => {
      this.#isPartial = reclaim !== null && buffer.remain > 0;
      this.setEvent(() => this.#event(index, result, buffer, reclaim));
    };
    this.#state = 'copying';
    const copy = {
      party: this.instance,
      numeric: this.element.isNumber,
      buffer,
      onCopy: (reclaim: () => void) => happened(COPY.completed, reclaim),
      onDone: (result: CopyResult) => happened(result, null),
    };
    if (this.side === 'readable') this.shared.read(copy);
    else this.shared.write(copy);
  }

  /**
   * Asks for an end of the copy that waits. One that was partly done is cancelled too, as the reference tests have it,
   * where the text would have it completed.
   */
  cancelCopy(async: boolean): void {
    if (this.#state !== 'copying' || this.hasWaiter) trap('There is no copy to cancel');
    this.#checkSet(async);
    this.#state = 'cancelling';
    if (!this.hasEvent || this.#isPartial) this.shared.cancel();
  }

  /** Has left the table. */
  drop(): void {
    if (this.#copying) trap('An end of a stream or future is dropped while it copies');
    if (this.#isFuture && this.side === 'writable' && this.#state !== 'done')
      trap('The writable end of a future is dropped before anything was written');
    this.join(null);
    this.shared.drop();
  }

  override abandon(): void {
    this.shared.drop();
  }

  #checkSet(async: boolean): void {
    if (this.inSet && !async) trap('A stream or future in a waitable set is waited for alone');
  }

  #event(index: number, result: CopyResult, { progress }: GuestBuffer, reclaim: (() => void) | null): Event {
    reclaim?.();
    this.#isPartial = false;
    if (this.#isFuture) {
      this.#state = result === COPY.cancelled ? 'idle' : 'done';
      return [this.side === 'readable' ? EVENT.futureRead : EVENT.futureWrite, index, result];
    }
    this.#state = result === COPY.dropped ? 'done' : 'idle';
    const packed = (result | (progress << 4)) >>> 0;
    return [this.side === 'readable' ? EVENT.streamRead : EVENT.streamWrite, index, packed];
  }
}

export class ReadableStreamEnd extends CopyEnd {}
export class WritableStreamEnd extends CopyEnd {}
export class ReadableFutureEnd extends CopyEnd {}
export class WritableFutureEnd extends CopyEnd {}

/** The class, and what to call it. */
export function endClass({ of, side }: EndKind) {
  const what = `${side} end of a ${of}`;
  if (of === 'stream')
    return { of: side === 'readable' ? ReadableStreamEnd : WritableStreamEnd, what } as const;
  return { of: side === 'readable' ? ReadableFutureEnd : WritableFutureEnd, what } as const;
}
