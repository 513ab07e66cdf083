// A call to the host that a guest has begun the asynchronous way and that goes on in the
// background. Lent handles come back when the guest has been told of the end.
// Spec: CanonicalABI.md "Subtask State".

import { trap } from '../trap.ts';
import type { AsyncInstance } from './instance.ts';
import { EVENT, Waitable } from './waitable.ts';

export const SUBTASK = {
  starting: 0,
  started: 1,
  returned: 2,
  cancelledBeforeStarted: 3,
  cancelledBeforeReturned: 4,
} as const;

export class Subtask extends Waitable {
  /** In the guest's table. */
  index = 0;
  readonly #delivered: () => void;
  #state: number = SUBTASK.started;
  #isDelivered = false;
  #cancelRequested = false;

  /** @param delivered called when the guest has been told */
  constructor(instance: AsyncInstance, delivered: () => void) {
    super(instance);
    this.#delivered = delivered;
  }

  get state(): number {
    return this.#state;
  }

  get resolved(): boolean {
    return this.#state !== SUBTASK.started;
  }

  resolve(state: number): void {
    this.#state = state;
    this.setEvent(() => {
      this.#isDelivered = true;
      this.#delivered();
      return [EVENT.subtask, this.index, this.#state];
    });
  }

  /** The host's work is given up at once: whatever still comes of it is nobody's. */
  cancel(async: boolean): void {
    if (this.#isDelivered) trap('A subtask that has ended cannot be cancelled');
    if (this.#cancelRequested) trap('A subtask is cancelled twice');
    if (this.inSet && !async) trap('A subtask in a waitable set is waited for alone');
    if (this.resolved) return;
    this.#cancelRequested = true;
    this.resolve(SUBTASK.cancelledBeforeReturned);
  }

  /** Has left the table. */
  drop(): void {
    if (!this.#isDelivered) trap('A subtask is dropped before its end was delivered');
    this.join(null);
  }

  override abandon(): void {
    this.#state = SUBTASK.cancelledBeforeReturned;
  }
}
