// One stack of a guest, or what stands for it between two callbacks: the task that it belongs to, its two
// numbers, and what it waits for. Who goes on when is the store's business.
// Spec: CanonicalABI.md "Threads".

import type { InstanceState } from '../context.ts';
import type { Task } from './task.ts';

export interface Waiting {
  /** Null: until whomever it has called waits or is over. */
  readonly ready: (() => boolean) | null;
  /** It goes on only while no other exclusive task runs in its instance. */
  readonly wantsExclusive: boolean;
  readonly isCancellable: boolean;
  /** @param cancelled it does not go on because it is ready, but because its task shall give up */
  resume(cancelled: boolean): void;
}

export class Thread {
  readonly state: InstanceState;
  readonly task: Task;
  /** The two numbers that `context.get` and `context.set` know. */
  readonly storage: [number, number] = [0, 0];
  /** Who goes on when this one waits or is over. */
  caller: Thread | null = null;
  /** The component instances that nobody else may enter while it runs, or whom it has called. */
  entered: readonly InstanceState[] = [];
  waiting: Waiting | null = null;

  constructor(state: InstanceState, task: Task) {
    this.state = state;
    this.task = task;
  }

  enter(entered: readonly InstanceState[]): void {
    this.entered = entered;
    for (const one of entered) one.mayEnter = false;
  }

  leave(): void {
    for (const one of this.entered) one.mayEnter = true;
    this.entered = [];
  }
}

/** The instances that a call into `callee` enters: none that the caller is in already. */
export function entering(callee: InstanceState, caller: InstanceState | null): readonly InstanceState[] {
  return caller === null ? callee.around : callee.around.filter((one) => !caller.around.includes(one));
}
