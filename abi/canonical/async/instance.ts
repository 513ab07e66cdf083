// What the asynchronous ABI keeps per component instance: the task that runs, where its one stack
// waits, and what the host has ready for it. The host may finish something at any moment, also
// while the guest was only interrupted, deep inside its allocator say: whatever touches the
// guest's memory or calls it is put off until the guest waits or asks.
// One task at a time: RATIONALE.md "Why one request at a time per instance?".
// Spec: CanonicalABI.md "Component Instances", "Tasks", "Threads".

import type { CanonOptions } from '../link-plan.ts';
import { trap } from '../trap.ts';

const BACKPRESSURE_MAX = 65_536;

/** The exported call under way, as far as built-ins have to know it. */
export interface Task {
  /** False: its function type is synchronous, so it may not block. */
  readonly mayBlock: boolean;
  /** Takes what `task.return` was given; null when it was lifted the synchronous way. */
  readonly return: TaskReturn | null;
}

export interface TaskReturn {
  /** Of the function's result: `typeKey`. */
  readonly resultKey: string;
  /** What it was lifted with. */
  readonly options: CanonOptions;
  /** Takes the value; traps when there was one before, or borrowed handles are left. */
  accept(value: unknown): void;
}

/** A wait that has begun. */
interface Waiting {
  readonly ready: () => boolean;
  readonly resume: () => void;
}

export class AsyncInstance {
  /** The two numbers that `context.get` and `context.set` know. */
  readonly context: [number, number] = [0, 0];
  task: Task | null = null;
  #backpressure = 0;
  #waiting: Waiting | null = null;
  #arrivals: (() => void)[] = [];
  #gone = false;
  readonly #bill: (work: () => void) => boolean;
  readonly #timePassed: () => void;

  /**
   * @param bill does work for the guest outside of its own slices; false: the guest must not go on
   * @param timePassed called when the guest hears of something that ended while it did not wait
   */
  constructor(bill: (work: () => void) => boolean, timePassed: () => void = () => {}) {
    this.#bill = bill;
    this.#timePassed = timePassed;
  }

  begin(task: Task): void {
    this.task = task;
    this.context[0] = 0;
    this.context[1] = 0;
  }

  /** Begins a synchronous task inside of whatever runs; returns how that goes on. */
  beginWithin(): () => void {
    const { task } = this;
    const [first, second] = this.context;
    this.begin({ mayBlock: false, return: null });
    return () => {
      this.task = task;
      this.context[0] = first;
      this.context[1] = second;
    };
  }

  get gone(): boolean {
    return this.#gone;
  }

  /** Does `work`, which may call the guest, as soon as the guest can be called. */
  arrived(work: () => void): void {
    if (this.#gone) return;
    if (this.#waiting === null) this.#arrivals.push(work);
    else if (!this.#bill(work)) this.#resume();
  }

  /** The guest asks or is about to wait: what has arrived is done first. */
  settle(): void {
    if (this.#arrivals.length > 0) this.#timePassed();
    while (this.#arrivals.length > 0) {
      const work = this.#arrivals;
      this.#arrivals = [];
      for (const one of work) one();
    }
  }

  /** Something may have become ready. */
  progressed(): void {
    if (this.#waiting?.ready() === true) this.#resume();
  }

  /** null: it is ready already. The guest must not run before the promise resolves. */
  wait(ready: () => boolean): Promise<void> | null {
    this.settle();
    if (ready()) return null;
    if (this.task?.mayBlock !== true) trap('A synchronous task cannot block before it has returned');
    return new Promise((resume) => {
      this.#waiting = { ready, resume };
    });
  }

  addBackpressure(change: 1 | -1): void {
    this.#backpressure += change;
    if (this.#backpressure < 0 || this.#backpressure >= BACKPRESSURE_MAX)
      trap(`Backpressure is out of range: ${this.#backpressure}`);
  }

  /** The instance is gone. */
  clear(): void {
    this.#gone = true;
    this.task = null;
    this.#waiting = null;
    this.#arrivals = [];
  }

  #resume(): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resume();
  }
}
