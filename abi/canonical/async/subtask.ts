// A call that a component instance has begun the asynchronous way and that goes on in the background, in the
// host or in another instance. What is told of it is how far it is. Lent handles come back when the
// guest has been told of the end.
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

export interface SubtaskParts {
  /** Called when the guest has been told of the end. */
  delivered(): void;
  /** Whoever does it shall give up. Null: nothing of the guest runs for that; else resolves when it has run. */
  cancel(): Promise<boolean> | null;
}

export class Subtask extends Waitable {
  /** In the guest's table; 0 while it is in none, and nothing is told. */
  index = 0;
  readonly #parts: SubtaskParts;
  #state: number;
  #isDelivered = false;
  #cancelRequested = false;

  constructor(instance: AsyncInstance, state: number, parts: SubtaskParts) {
    super(instance);
    this.#state = state;
    this.#parts = parts;
  }

  get state(): number {
    return this.#state;
  }

  get resolved(): boolean {
    return this.#state > SUBTASK.started;
  }

  /** How far it is now. */
  reach(state: number): void {
    this.#state = state;
    if (this.index === 0) this.progressed();
    else {
      this.setEvent(() => {
        if (this.resolved) this.deliver();
        return [EVENT.subtask, this.index, this.#state];
      });
    }
  }

  /** The guest is told of the end. */
  deliver(): void {
    this.#isDelivered = true;
    this.#parts.delivered();
  }

  /** @returns as of `SubtaskParts` */
  cancel(async: boolean): Promise<boolean> | null {
    if (this.#isDelivered) trap('A subtask that has ended cannot be cancelled');
    if (this.#cancelRequested) trap('A subtask is cancelled twice');
    if (this.inSet && !async) trap('A subtask in a waitable set is waited for alone');
    if (this.resolved) return null;
    this.#cancelRequested = true;
    return this.#parts.cancel();
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
