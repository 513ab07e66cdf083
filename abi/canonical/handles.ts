// The handles of one component instance, and the rules of owning and borrowing. A handle is
// a small number in the guest and an entry here; every crossing checks the type. What the
// asynchronous ABI has handles for (async/) shares the table, and its limit, with resources.
// Knows nothing of memory. Guest-defined resources have a number as their representation,
// host resources any object.
// Spec: CanonicalABI.md "Resource State", "canon resource.{new,drop,rep}", `lift_own`, `lift_borrow`.

import { trap } from './trap.ts';

/** One call during which handles are lent or borrowed. Ended by `HandleTable.endScope`. */
export class BorrowScope {
  /** Handles that the guest lent to the host for this call. */
  readonly lenders: Handle[] = [];
  /** Handles that the guest borrowed and has to drop before the call ends. */
  borrowed = 0;
}

interface Handle {
  readonly resource: number;
  rep: unknown;
  /** Null for an owned handle. */
  readonly borrowedIn: BorrowScope | null;
  lends: number;
}

/** What is in the table and is no resource. */
export abstract class TableEntry {
  /** The instance is gone, and with it this end of whatever it was. */
  abstract abandon(): void;
}

/** For looking entries up by their class, which may be abstract. */
export type EntryClass<Entry> = abstract new (...args: never[]) => Entry;

/** How many handles all component instances of a guest have together. */
export class HandleCounter {
  readonly #handlesMax: number;
  live = 0;

  /** @param handlesMax one more throws `TooManyHandles` */
  constructor(handlesMax: number) {
    this.#handlesMax = handlesMax;
  }

  add(): void {
    if (this.live >= this.#handlesMax) throw new TooManyHandles(this.#handlesMax);
    this.live += 1;
  }
}

export class HandleTable {
  readonly #handles: (Handle | TableEntry | null)[] = [null];
  readonly #free: number[] = [];
  readonly #counter: HandleCounter;
  #live = 0;

  constructor(counter: HandleCounter) {
    this.#counter = counter;
  }

  get live(): number {
    return this.#live;
  }

  own(resource: number, rep: unknown): number {
    return this.#add({ resource, rep, borrowedIn: null, lends: 0 });
  }

  borrow(resource: number, rep: unknown, scope: BorrowScope): number {
    scope.borrowed += 1;
    return this.#add({ resource, rep, borrowedIn: scope, lends: 0 });
  }

  add(entry: TableEntry): number {
    return this.#add(entry);
  }

  entry<Entry extends TableEntry>(index: number, wanted: EntryClass<Entry>, what: string): Entry {
    const entry = this.#handles[index];
    return entry instanceof wanted ? entry : trap(`Handle ${index} is no ${what}`);
  }

  /** The entry, which has left the table. */
  takeEntry<Entry extends TableEntry>(index: number, wanted: EntryClass<Entry>, what: string): Entry {
    const entry = this.entry(index, wanted, what);
    this.#remove(index);
    return entry;
  }

  /** The representation; ownership leaves the guest. */
  takeOwn(index: number, resource: number): unknown {
    const handle = this.#get(index, resource);
    if (handle.borrowedIn !== null) trap(`Handle ${index} is borrowed, an owned one is needed`);
    if (handle.lends !== 0) trap(`Handle ${index} is lent and cannot be given away`);
    this.#remove(index);
    return handle.rep;
  }

  /** The representation; an owned handle cannot be dropped or given away until `scope` ends. */
  lend(index: number, resource: number, scope: BorrowScope): unknown {
    const handle = this.#get(index, resource);
    if (handle.borrowedIn === null) {
      handle.lends += 1;
      scope.lenders.push(handle);
    }
    return handle.rep;
  }

  rep(index: number, resource: number): unknown {
    return this.#get(index, resource).rep;
  }

  /** The representation when it was owned, and so has to be destroyed; `undefined` for a borrowed one. */
  drop(index: number, resource: number): { readonly rep: unknown } | undefined {
    const handle = this.#get(index, resource);
    if (handle.lends !== 0) trap(`Handle ${index} is lent and cannot be dropped`);
    this.#remove(index);
    if (handle.borrowedIn === null) return { rep: handle.rep };
    handle.borrowedIn.borrowed -= 1;
    return undefined;
  }

  /** Ends a call: lent handles are free again. Traps when the guest kept a borrowed one. */
  endScope(scope: BorrowScope): void {
    for (const lender of scope.lenders) lender.lends -= 1;
    scope.lenders.length = 0;
    if (scope.borrowed !== 0)
      trap(`${scope.borrowed} borrowed handles were not dropped before the call ended`);
  }

  /** What the guest owns. */
  get owned(): readonly { readonly resource: number; readonly rep: unknown }[] {
    return this.#handles.filter(
      (one): one is Handle => one !== null && !(one instanceof TableEntry) && one.borrowedIn === null,
    );
  }

  /** The same handles, each to what `renewed` makes of its representation. */
  renew(renewed: (rep: unknown) => unknown): void {
    if (this.#live === 0) return;
    for (const handle of this.#handles) {
      if (handle !== null && !(handle instanceof TableEntry)) handle.rep = renewed(handle.rep);
    }
  }

  /** Empties the table; the owned representations go to `destroy`. */
  clear(destroy: (resource: number, rep: unknown) => void): void {
    const handles = this.#handles.splice(1);
    this.#free.length = 0;
    this.#counter.live -= this.#live;
    this.#live = 0;
    for (const handle of handles) {
      if (handle instanceof TableEntry) handle.abandon();
      else if (handle !== null && handle.borrowedIn === null) destroy(handle.resource, handle.rep);
    }
  }

  #add(handle: Handle | TableEntry): number {
    this.#counter.add();
    this.#live += 1;
    const index = this.#free.pop() ?? this.#handles.length;
    this.#handles[index] = handle;
    return index;
  }

  #get(index: number, resource: number): Handle {
    const handle = this.#handles[index] ?? trap(`Unknown handle index ${index}`);
    if (handle instanceof TableEntry || handle.resource !== resource)
      trap(`Handle ${index} is of another resource type`);
    return handle;
  }

  #remove(index: number): void {
    this.#handles[index] = null;
    this.#free.push(index);
    this.#counter.live -= 1;
    this.#live -= 1;
  }
}

/** Ends the guest like a trap, under a code of its own. */
export class TooManyHandles extends Error {
  constructor(handlesMax: number) {
    super(`Too many live resource handles: limit ${handlesMax}`);
    this.name = 'TooManyHandles';
  }
}
