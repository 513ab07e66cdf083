// Things that a guest can wait for, and sets of them. What happened is told as an event of three
// numbers, made when it is delivered and not before. Sets know which of their members are ready,
// in the order in which they became so: delivering costs the same however large the set is.
// Spec: CanonicalABI.md "Waitable State".

import { TableEntry } from '../handles.ts';
import { trap } from '../trap.ts';
import type { AsyncInstance } from './instance.ts';

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
  /** A stack waits for this one alone. */
  hasSyncWaiter = false;
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

  setEvent(event: () => Event): void {
    this.#event = event;
    this.#set?.ready.add(this);
    this.instance.progressed();
  }

  takeEvent(): Event {
    const event = this.#event ?? trap('There is no event to deliver');
    this.#event = null;
    this.#set?.ready.delete(this);
    return event();
  }

  join(set: WaitableSet | null): void {
    if (this.hasSyncWaiter) trap('A waitable that is waited for cannot join a set');
    if (this.#set !== null) {
      this.#set.ready.delete(this);
      this.#set.size -= 1;
    }
    this.#set = set;
    if (set === null) return;
    set.size += 1;
    if (this.hasEvent) {
      set.ready.add(this);
      this.instance.progressed();
    }
  }
}

export class WaitableSet extends TableEntry {
  /** Members with an event. */
  readonly ready = new Set<Waitable>();
  size = 0;
  waiters = 0;

  takeEvent(): Event | null {
    const [first] = this.ready;
    return first === undefined ? null : first.takeEvent();
  }

  /** Traps while it is in use. */
  checkUnused(): void {
    if (this.size > 0) trap('A waitable set that has members cannot be dropped');
    if (this.waiters > 0) trap('A waitable set that is waited for cannot be dropped');
  }

  override abandon(): void {}
}
