// What lifting and lowering need of the instance that a call goes to or comes from: its
// memory, its allocator, its handles. One per set of canon options, bound anew when the
// slot gets a new instance. Knows nothing of types.
// Spec: CanonicalABI.md "Canonical ABI options", "LiftLowerContext".

import type { AsyncInstance } from './async/instance.ts';
import type { BorrowScope, HandleTable } from './handles.ts';
import type { GuestMemory } from './memory.ts';
import { trap } from './trap.ts';

export type StringEncoding = 'utf8' | 'utf16' | 'latin1+utf16';

/** What the guest's one stack is like at present; all component instances of a guest run on it. */
export interface GuestStack {
  /** False while the host is on it: then the engine cannot suspend it. */
  maySuspend: boolean;
}

/** State of one component instance that all its calls share. */
export interface InstanceState {
  /** As in `LinkPlan.instances`. */
  readonly index: number;
  readonly stack: GuestStack;
  /** This one and those around it. */
  readonly around: readonly InstanceState[];
  readonly handles: HandleTable;
  /** A new one for each instance. */
  async: AsyncInstance;
  /** False while realloc or post-return runs: the guest may not call out from there. */
  mayLeave: boolean;
  /** False while a call is under way in it that did not come from within. */
  mayEnter: boolean;
}

type Realloc = (oldPtr: number, oldBytes: number, alignment: number, newBytes: number) => number;

export class LiftLowerContext {
  readonly encoding: StringEncoding;
  readonly instance: InstanceState;
  /** The call that borrowed handles belong to; set by whoever lifts or lowers. */
  scope: BorrowScope | null = null;
  /** Byte lists are lifted as views of the memory, not as copies. */
  inPlace = false;
  #memory: GuestMemory | null = null;
  #realloc: Realloc | null = null;
  #bound = false;

  constructor(encoding: StringEncoding, instance: InstanceState) {
    this.encoding = encoding;
    this.instance = instance;
  }

  /** Points at an instance's memory and allocator; null for what it does not have. */
  bind(memory: GuestMemory | null, realloc: Realloc | null): void {
    this.#memory = memory;
    this.#realloc = realloc;
    this.#bound = true;
  }

  /** No call is under way any more, however the last one ended. */
  rest(): void {
    this.scope = null;
    this.inPlace = false;
  }

  /** The instance is gone. */
  release(): void {
    this.bind(null, null);
    this.rest();
    this.#bound = false;
  }

  /** Whether it points at an instance. */
  get bound(): boolean {
    return this.#bound;
  }

  get memory(): GuestMemory {
    return this.#memory ?? trap('This function has no memory to lift from or lower to');
  }

  /** A block in the guest's memory, checked. The guest owns it. */
  allocate(alignment: number, byteLength: number): number {
    const realloc = this.#realloc ?? trap('This function has no allocator to lower with');
    const { stack } = this.instance;
    const { maySuspend } = stack;
    this.instance.mayLeave = false;
    stack.maySuspend = false;
    const ptr = realloc(0, 0, alignment, byteLength) >>> 0;
    this.instance.mayLeave = true;
    stack.maySuspend = maySuspend;
    this.memory.check(ptr, byteLength, alignment);
    return ptr;
  }
}
