// Things that a guest can wait for, and sets of them. What happened is told as an event of three
// numbers, made when it is delivered and not before. Sets know which of their members are ready,
// in the order in which they became so: delivering costs the same however large the set is.
// Spec: CanonicalABI.md "Waitable State".

import { TableEntry } from '../handles.ts';
import { trap } from '../trap.ts';
import type { AsyncInstance } from './instance.ts';
import type { WaitOptions } from './store.ts';
import type { Thread } from './thread.ts';

export const EVENT = {
  none: 0,
  subtask: 1,
  streamRead: 2,
  streamWrite: 3,
  futureRead: 4,
  futureWrite: 5,
  taskCancelled: 6,
} as const;

/** What it is, the index of the waitable, and what has come of it. */
export type Event = readonly [code: number, index: number, payload: number];

/** Returned by what goes on in the background. */
export const BLOCKED = 0xffff_ffff;

export abstract class Waitable extends TableEntry {
  readonly instance: AsyncInstance;
  #waiter: Thread | null = null;
  #event: (() => Event) | null = null;
  #set: WaitableSet | null = null;

  constructor(instance: AsyncInstance) {
    super();
    this.instance = instance;
  }

  get hasEvent(): boolean {
    return this.#event !== null;
  }

  get inSet(): boolean {
    return this.#set !== null;
  }

  /** A stack waits for this one alone. */
  get hasWaiter(): boolean {
    return this.#waiter !== null;
  }

  /** Whoever runs waits for this one alone; not a promise where it need not. */
  waitAlone(ready: () => boolean = () => this.hasEvent): boolean | Promise<boolean> {
    const { store } = this.instance;
    this.#waiter = store.current;
    return store.wait(ready);
  }

  /** It has waited. */
  waited(): void {
    this.#waiter = null;
  }

  /** What is waited for may be there. */
  progressed(): void {
    if (this.#waiter !== null) this.instance.store.mayGoOn(this.#waiter);
  }

  setEvent(event: () => Event): void {
    this.#event = event;
    this.progressed();
    this.#set?.add(this);
  }

  takeEvent(): Event {
    const event = this.#event ?? trap('There is no event to deliver');
    this.#event = null;
    this.#set?.ready.delete(this);
    return event();
  }

  join(set: WaitableSet | null): void {
    if (this.hasWaiter) trap('A waitable that is waited for cannot join a set');
    if (this.#set !== null) {
      this.#set.ready.delete(this);
      this.#set.size -= 1;
    }
    this.#set = set;
    if (set === null) return;
    set.size += 1;
    if (this.hasEvent) set.add(this);
  }
}

export class WaitableSet extends TableEntry {
  /** Members with an event. */
  readonly ready = new Set<Waitable>();
  size = 0;
  readonly #waiters = new Set<Thread>();

  /** Whoever runs waits for an event; not a promise where it need not. True: its task shall give up. */
  wait({ store }: AsyncInstance, options: WaitOptions): boolean | Promise<boolean> {
    const thread = store.current;
    this.#waiters.add(thread);
    const waited = store.wait(() => this.ready.size > 0, options);
    const over = (cancelled: boolean) => {
      this.#waiters.delete(thread);
      return cancelled;
    };
    return waited instanceof Promise ? waited.then(over) : over(waited);
  }

  /** A member has an event. */
  add(member: Waitable): void {
    this.ready.add(member);
    for (const thread of this.#waiters) member.instance.store.mayGoOn(thread);
  }

  takeEvent(): Event | null {
    const [first] = this.ready;
    return first === undefined ? null : first.takeEvent();
  }

  /** Traps while it is in use. */
  checkUnused(): void {
    if (this.size > 0) trap('A waitable set that has members cannot be dropped');
    if (this.#waiters.size > 0) trap('A waitable set that is waited for cannot be dropped');
  }

  override abandon(): void {}
}
