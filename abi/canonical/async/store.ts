// Whose turn it is among the stacks of one guest: one runs, the others wait, and it goes on until it waits
// or is over. Whom it has called runs first, then it goes on itself. What the host finishes
// meanwhile is put off until nobody runs or the guest asks: a stack may only have been interrupted,
// deep inside its allocator say, and whatever is lowered calls that very allocator.
// RATIONALE.md "How do the components of a composition call each other?". Does not know requests.
// Spec: CanonicalABI.md "Embedding API", "Threads".

import type { InstanceState } from '../context.ts';
import { Trap, trap } from '../trap.ts';
import { SYNCHRONOUS } from './task.ts';
import { entering, Thread, type Waiting } from './thread.ts';

const DEADLOCK = 'Deadlock: all tasks wait for each other, and for nothing of the host';

/** How a stack waits. */
export type WaitOptions = Partial<Pick<Waiting, 'wantsExclusive' | 'isCancellable'>>;

export class Store {
  /** Things of the host that the guest may still hear of: calls, and ends of streams and futures. */
  outside = 0;
  /** What ended it; the guest must not run any more. */
  failure: unknown;
  #ended = false;
  #current: Thread | null = null;
  #isTicking = false;
  /** The stack of the host's call. */
  #root: Thread | null = null;
  #live = 0;
  /** May go on, in the order in which they became so. */
  readonly #ready = new Set<Thread>();
  readonly #suspended = new Set<Thread>();
  #arrivals: (() => void)[] = [];
  #quiet: (() => void)[] = [];
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

  /** The guest must not run any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Stacks that are not over. */
  get live(): number {
    return this.#live;
  }

  /** Whoever runs. */
  get current(): Thread {
    return this.#current ?? trap('No task is under way');
  }

  /** Start functions run. */
  start(thread: Thread): void {
    this.#current = thread;
  }

  /** The host calls the guest. */
  begin(thread: Thread): void {
    this.#live += 1;
    this.#root = thread;
    this.#current = thread;
    thread.enter(thread.state.around);
  }

  /** A synchronous call from one instance into another, on the same stack; returns how the caller goes on. */
  beginWithin(state: InstanceState): () => void {
    const caller = this.#current;
    this.#current = new Thread(state, SYNCHRONOUS);
    return () => {
      this.#current = caller;
    };
  }

  /**
   * Whoever runs calls another component instance: `run` is what the new stack does, and begins once the caller's is
   * suspended. Resolves when it waits or is over.
   */
  call(thread: Thread, run: () => Promise<void>): Promise<boolean> {
    const { current } = this;
    const entered = entering(thread.state, current.state);
    if (!entered.every(({ mayEnter }) => mayEnter))
      trap('A component was called while a call into it was under way');
    thread.enter(entered);
    thread.caller = current;
    this.#live += 1;
    const waited = this.#suspend(current, { ready: null });
    this.#current = thread;
    void this.#run(thread, run);
    return waited;
  }

  /** Asks the task of `thread` to give up. Null: nothing has to run for that at once, else as of `call`. */
  cancel(thread: Thread): Promise<boolean> | null {
    const { task, waiting, state } = thread;
    if (waiting !== null && task.isInitial) {
      task.tellToCancel();
      task.cancel();
      this.#take(thread).resume(true);
      return null;
    }
    const entered = entering(state, this.current.state);
    const { exclusive } = state.async;
    const blocked = task.isExclusive && exclusive !== null && exclusive !== thread;
    if (!waiting?.isCancellable || blocked || !entered.every(({ mayEnter }) => mayEnter)) {
      task.askToCancel();
      return null;
    }
    const { resume } = this.#take(thread);
    task.tellToCancel();
    thread.enter(entered);
    thread.caller = this.current;
    const waited = this.#suspend(this.current, { ready: null });
    this.#current = thread;
    resume(true);
    return waited;
  }

  /** Whoever runs waits; not a promise where it need not. True: its task shall give up. */
  wait(ready: () => boolean, options: WaitOptions = {}): boolean | Promise<boolean> {
    const thread = this.current;
    this.settle();
    if (options.isCancellable && thread.task.takeCancellation()) return true;
    const isFree = !options.wantsExclusive || thread.state.async.exclusive === null;
    if (isFree && ready()) return false;
    if (!thread.task.mayBlock) trap('A synchronous task cannot block before it has returned');
    return this.#giveWay(thread, ready, options);
  }

  /** The others have their turn. */
  yield(options: WaitOptions = {}): boolean | Promise<boolean> {
    const thread = this.current;
    this.settle();
    if (options.isCancellable && thread.task.takeCancellation()) return true;
    return this.#giveWay(thread, () => true, options);
  }

  /** What this one waits for may be there. */
  mayGoOn(thread: Thread): void {
    const { waiting, state } = thread;
    if (waiting?.ready?.() !== true) return;
    if (waiting.wantsExclusive && state.async.exclusive !== null) state.async.wanting.add(thread);
    else this.#ready.add(thread);
    if (this.#current === null) this.#tick();
  }

  /** Does `work`, which may call the guest, as soon as the guest can be called. */
  arrived(work: () => void): void {
    if (this.#ended) return;
    this.#arrivals.push(work);
    if (this.#current === null) this.#tick();
  }

  /** The guest asks or is about to wait: what has arrived is done first. */
  settle(): void {
    if (this.#arrivals.length === 0) return;
    this.#timePassed();
    if (!this.#deliver()) throw new Trap('The request is over');
  }

  /** The stack is gone. */
  end(thread: Thread): void {
    this.#live -= 1;
    thread.leave();
    if (this.#root === thread) this.#root = null;
    if (this.#ended) this.#tellQuiet();
    else if (this.#current === thread) this.#passOn(thread);
  }

  /** A stack has trapped: the others must not go on. */
  fail(error: unknown): void {
    this.failure ??= error;
    this.abort();
  }

  /** No stack goes on but to unwind. */
  abort(): void {
    this.#ended = true;
    this.#arrivals = [];
    this.#ready.clear();
    for (const thread of this.#suspended) this.#take(thread).resume(false);
    this.#tellQuiet();
  }

  /** Resolves when nothing is left that could go on. */
  quiet(): Promise<void> {
    if (this.#isQuiet) return Promise.resolve();
    return new Promise((resolve) => this.#quiet.push(resolve));
  }

  get #isQuiet(): boolean {
    return this.#live === 0 || (!this.#ended && this.#current === null && this.outside === 0);
  }

  async #run(thread: Thread, run: () => Promise<void>): Promise<void> {
    // The caller's stack is suspended by then.
    await null;
    try {
      if (!this.#ended) await run();
    } catch (error) {
      this.fail(error);
    }
    this.end(thread);
  }

  #giveWay(thread: Thread, ready: () => boolean, options: WaitOptions): Promise<boolean> {
    const waited = this.#suspend(thread, { ready, ...options });
    this.mayGoOn(thread);
    thread.leave();
    this.#passOn(thread);
    return waited;
  }

  #suspend(thread: Thread, waiting: { ready: Waiting['ready'] } & WaitOptions): Promise<boolean> {
    this.#suspended.add(thread);
    return new Promise((resume) => {
      thread.waiting = { wantsExclusive: false, isCancellable: false, ...waiting, resume };
    });
  }

  #take(thread: Thread): Waiting {
    const { waiting } = thread;
    thread.waiting = null;
    this.#suspended.delete(thread);
    this.#ready.delete(thread);
    thread.state.async.wanting.delete(thread);
    thread.state.stack.maySuspend = true;
    return waiting ?? trap('A stack goes on that does not wait');
  }

  /** `thread` does not run any more: whoever called it goes on, or else whoever may. */
  #passOn(thread: Thread): void {
    const { caller } = thread;
    thread.caller = null;
    this.#current = caller;
    if (caller === null) this.#tick();
    else this.#take(caller).resume(false);
  }

  #tick(): void {
    if (this.#isTicking || this.#ended) return;
    this.#isTicking = true;
    if (this.#deliver()) this.#goOn();
    this.#isTicking = false;
  }

  #goOn(): void {
    for (const thread of this.#ready) {
      this.#ready.delete(thread);
      const { waiting, state } = thread;
      const isReady = waiting?.ready?.() === true;
      if (isReady && !(waiting.wantsExclusive && state.async.exclusive !== null)) {
        thread.enter(state.around);
        this.#current = thread;
        this.#take(thread).resume(false);
        return;
      }
      if (isReady) state.async.wanting.add(thread);
      else if (waiting?.wantsExclusive) state.async.offerExclusive();
    }
    if (this.#root !== null && this.outside === 0) this.fail(new Trap(DEADLOCK));
    else this.#tellQuiet();
  }

  #deliver(): boolean {
    while (this.#arrivals.length > 0) {
      const work = this.#arrivals;
      this.#arrivals = [];
      for (const one of work) {
        if (!this.#bill(one)) {
          this.abort();
          return false;
        }
      }
    }
    return true;
  }

  #tellQuiet(): void {
    if (!this.#isQuiet) return;
    for (const tell of this.#quiet.splice(0)) tell();
  }
}
