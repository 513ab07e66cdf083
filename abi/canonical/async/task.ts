// One call of a function of a component instance, from its arguments to its result: what it has come to, and
// whether it was asked to give up. It ends when it has returned or confirmed that, and its stack is gone.
// Does not know stacks, or who called.
// Spec: CanonicalABI.md "Tasks".

import { BorrowScope } from '../handles.ts';
import type { CanonOptions } from '../link-plan.ts';
import { trap } from '../trap.ts';

type TaskState = 'initial' | 'started' | 'asked to cancel' | 'cancelling' | 'resolved';

export interface TaskParts {
  /** False: its function type is synchronous, so it may not block. */
  readonly mayBlock: boolean;
  /** No other such task of its instance runs meanwhile. */
  readonly isExclusive: boolean;
  /** How it gives its result to `task.return`; null where it was lifted the synchronous way. */
  readonly returns: { readonly resultKey: string; readonly options: CanonOptions } | null;
  /** Called once: with the result, or with null when it was cancelled. */
  resolved(result: { readonly value: unknown } | null): void;
}

export class Task {
  readonly mayBlock: boolean;
  readonly isExclusive: boolean;
  readonly returns: TaskParts['returns'];
  /** Of what it has borrowed. */
  readonly scope = new BorrowScope();
  readonly #resolved: TaskParts['resolved'];
  #state: TaskState = 'initial';

  constructor({ mayBlock, isExclusive, returns, resolved }: TaskParts) {
    this.mayBlock = mayBlock;
    this.isExclusive = isExclusive;
    this.returns = returns;
    this.#resolved = resolved;
  }

  get isInitial(): boolean {
    return this.#state === 'initial';
  }

  get isResolved(): boolean {
    return this.#state === 'resolved';
  }

  start(): void {
    this.#state = 'started';
  }

  /** Traps when there was a result before, or borrowed handles are left. */
  return(value: unknown): void {
    if (this.isResolved) trap('A task returned twice');
    this.#checkBorrowed();
    this.#state = 'resolved';
    this.#resolved({ value });
  }

  /** Confirms that it gives up. Traps when nobody has told it to. */
  cancel(): void {
    if (this.#state !== 'cancelling') trap('A task that nobody cancelled cannot confirm that');
    this.#checkBorrowed();
    this.#state = 'resolved';
    this.#resolved(null);
  }

  /** It shall give up, and has not been told yet. */
  askToCancel(): void {
    if (this.#state === 'started') this.#state = 'asked to cancel';
  }

  /** It is being told that it shall give up. */
  tellToCancel(): void {
    this.#state = 'cancelling';
  }

  /** True once: it was asked to give up, and is told now. */
  takeCancellation(): boolean {
    if (this.#state !== 'asked to cancel') return false;
    this.#state = 'cancelling';
    return true;
  }

  #checkBorrowed(): void {
    const { borrowed } = this.scope;
    if (borrowed > 0) trap(`${borrowed} borrowed handles were not dropped before the task returned`);
  }
}

/** Of all calls of synchronous functions between the component instances of a guest: nothing is told apart. */
export const SYNCHRONOUS = new Task({
  mayBlock: false,
  isExclusive: false,
  returns: null,
  resolved: () => {},
});
