// The linear memories of one slot. Where instances are made anew for each request, small ones are kept,
// zeroed, because making a memory costs more than all the rest of an instance; a memory that has grown
// is let go, since it cannot shrink, and so is a large one, which is made faster than it is zeroed.
// Step 4 of the request path; RATIONALE.md "Why are memories imported?".

import type { LinkPlan } from '../abi/canonical/link-plan.ts';
import { GuestMemory } from '../abi/canonical/memory.ts';
import type { Image } from './image.ts';

const PAGE_BYTES = 65_536;

/** Zeroing costs about 30 us for each MiB, making a memory 40 to 80 us and its page faults. */
const KEPT_BYTES_MAX = 1_048_576;

interface StepMemories {
  readonly memories: readonly WebAssembly.Memory[];
  /** What each had when it was made. */
  readonly firstBytes: readonly number[];
}

export class SlotMemories {
  readonly #plan: LinkPlan;
  readonly #pagesMax: number;
  /** Whose sizes they begin with; null: those that their modules declare. */
  image: Image | null;
  /** Of the present instance, by the step that uses them. */
  readonly #used = new Map<number, StepMemories>();
  /** The same in one list: their size is asked for at every look at the clock. */
  #views: GuestMemory[] = [];
  /** Zeroed and of their first size. */
  readonly #clean = new Map<number, StepMemories>();

  /** @param pagesMax of each memory; a module that declares less keeps its own */
  constructor(plan: LinkPlan, pagesMax: number, image: Image | null) {
    this.#plan = plan;
    this.#pagesMax = pagesMax;
    this.image = image;
  }

  /** Of all memories in use together. */
  get bytes(): number {
    let sum = 0;
    for (const view of this.#views) sum += view.byteLength;
    return sum;
  }

  /** Of all memories that outlive a request. */
  get keptBytes(): number {
    return sizeOf(this.#clean) + this.bytes;
  }

  /**
   * Memories full of zeros for a module that step `step` instantiates, in their order.
   * @throws RangeError when no memory can be had
   */
  take(step: number, module: number): readonly WebAssembly.Memory[] {
    const taken = this.#clean.get(step) ?? this.#make(step, module);
    this.#clean.delete(step);
    this.#used.set(step, taken);
    for (const memory of taken.memories) this.#views.push(new GuestMemory(memory));
    return taken.memories;
  }

  /** No code of the guest can reach them any more. */
  release(): void {
    for (const [step, used] of this.#used) {
      const bytes = used.memories.map((memory) => new Uint8Array(memory.buffer));
      const isKept = bytes.every(
        (one, i) => one.length === used.firstBytes[i] && one.length <= KEPT_BYTES_MAX,
      );
      if (!isKept) continue;
      for (const one of bytes) one.fill(0);
      this.#clean.set(step, used);
    }
    this.#used.clear();
    this.#views = [];
  }

  #make(step: number, module: number): StepMemories {
    const shapes = this.#plan.modules[module]?.memories ?? [];
    const images = this.image?.[step]?.memories;
    const firstBytes = shapes.map(({ pagesMin }, i) => images?.[i]?.byteLength ?? pagesMin * PAGE_BYTES);
    const memories = shapes.map(({ pagesMax }, i) => {
      const maximum = Math.min(pagesMax ?? Number.POSITIVE_INFINITY, this.#pagesMax);
      return new WebAssembly.Memory({ initial: (firstBytes[i] as number) / PAGE_BYTES, maximum });
    });
    return { memories, firstBytes };
  }
}

function sizeOf(steps: ReadonlyMap<number, StepMemories>): number {
  let sum = 0;
  for (const { memories } of steps.values()) {
    for (const memory of memories) sum += memory.buffer.byteLength;
  }
  return sum;
}
