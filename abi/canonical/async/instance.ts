// What the asynchronous ABI keeps per component instance: how many calls it lets in, and who waits to
// come in. Exclusive tasks, which are those that are called back or lifted the synchronous way, run one at a time,
// from one wait to the next.
// Spec: CanonicalABI.md "Component Instances", `Task.enter_implicit_thread`.

import { trap } from '../trap.ts';
import type { Store } from './store.ts';
import type { Thread } from './thread.ts';

const BACKPRESSURE_MAX = 65_536;

export class AsyncInstance {
  /** Of all component instances of the guest. */
  readonly store: Store;
  /** The exclusive task's that runs, or has called somebody. */
  exclusive: Thread | null = null;
  /** Whoever would go on but for that one. */
  readonly wanting = new Set<Thread>();
  readonly #entering = new Set<Thread>();
  #backpressure = 0;

  constructor(store: Store) {
    this.store = store;
  }

  /** A task begins: it waits while the instance lets none in. True: it shall not begin at all. */
  enter(thread: Thread): boolean | Promise<boolean> {
    const { isExclusive: wantsExclusive } = thread.task;
    const isFree = this.#backpressure === 0 && !(wantsExclusive && this.exclusive !== null);
    if (isFree && this.#entering.size === 0) {
      if (wantsExclusive) this.exclusive = thread;
      return false;
    }
    this.#entering.add(thread);
    const entered = (cancelled: boolean) => {
      this.#entering.delete(thread);
      if (!cancelled && wantsExclusive) this.exclusive = thread;
      return cancelled;
    };
    const ready = () => this.#backpressure === 0;
    const waited = this.store.wait(ready, { wantsExclusive, isCancellable: true });
    return waited instanceof Promise ? waited.then(entered) : entered(waited);
  }

  /** The exclusive task waits or is over. */
  leaveExclusive(): void {
    this.exclusive = null;
    this.offerExclusive();
  }

  offerExclusive(): void {
    const [first] = this.wanting;
    if (first === undefined) return;
    this.wanting.delete(first);
    this.store.mayGoOn(first);
  }

  /** Something of the host is there for the guest: as of `Store`. */
  arrived(work: () => void): void {
    this.store.arrived(work);
  }

  addBackpressure(change: 1 | -1): void {
    this.#backpressure += change;
    if (this.#backpressure < 0 || this.#backpressure >= BACKPRESSURE_MAX)
      trap(`Backpressure is out of range: ${this.#backpressure}`);
    if (this.#backpressure === 0) for (const thread of this.#entering) this.store.mayGoOn(thread);
  }
}
