// The slots of one version in this process: kept while they are of use, restored to the version's image.
// Step 4 of the request path, and its end. How many are kept is the reserve's to bound.
// Does not know requests, or how an image is taken.

import type { Image } from './image.ts';
import type { LinkedComponent } from './linker.ts';
import { Slot, type SlotLimits } from './slot.ts';
import type { SlotReserve } from './slot-reserve.ts';

export interface SlotPoolOptions<Context> {
  readonly component: LinkedComponent<Context>;
  readonly limits: SlotLimits;
  /** How many requests an instance serves, one after the other, before it is put back. */
  readonly usesMax: number;
  /** Has the image of all; null: every request gets fresh instances. */
  readonly first: Slot<Context> | null;
  /** Another one, with another image; null when that fails, and the image before goes on. */
  readonly retake: () => Slot<Context> | null;
  readonly reserve: SlotReserve;
  /** Milliseconds from any point, never going back. */
  readonly nowMs: () => number;
}

/** Seeds that a guest made while it was initialised do not live longer than this. */
const IMAGE_AGE_MS_MAX = 3_600_000; // arbitrary

export class SlotPool<Context> {
  readonly #options: SlotPoolOptions<Context>;
  #image: Image | null;
  #takenMs: number;
  #idle: Slot<Context>[] = [];
  /** Of the idle ones, how many were not needed since the last `trim`. */
  #unused = 0;

  constructor(options: SlotPoolOptions<Context>) {
    this.#options = options;
    this.#image = options.first?.image ?? null;
    this.#takenMs = options.nowMs();
    if (options.first !== null) this.giveBack(options.first);
  }

  /** Slots that nobody is in. */
  get idle(): number {
    return this.#idle.length;
  }

  take(): Slot<Context> {
    this.#renew();
    const slot = this.#idle.pop();
    this.#unused = Math.min(this.#unused, this.#idle.length);
    if (slot === undefined) return this.#make();
    this.#options.reserve.gone(slot.idleBytes);
    return slot;
  }

  /** Whether the next request may go on with the instance of `slot`, as far as the app wants it. */
  mayGoOn(slot: Slot<Context>): boolean {
    return slot.uses < this.#options.usesMax && slot.image === this.#image;
  }

  /** The slot is empty, and no stack of a guest lives in it. Returns whether it is kept. */
  giveBack(slot: Slot<Context>): boolean {
    if (slot.isSpent || slot.image !== this.#image) return false;
    const isKept = this.#options.reserve.mayKeep(this, slot.idleBytes);
    if (isKept) this.#idle.push(slot);
    return isKept;
  }

  /** Lets go of the slots that were not needed since it was last asked to. */
  trim(): void {
    this.#drop(this.#unused);
    this.#unused = this.#idle.length;
  }

  /** Lets go of all that nobody is in. */
  clear(): void {
    this.#drop(this.#idle.length);
    this.#unused = 0;
  }

  #make(): Slot<Context> {
    const { component, limits } = this.#options;
    return new Slot(component, limits, this.#image);
  }

  #drop(count: number): void {
    for (const slot of this.#idle.splice(0, count)) this.#options.reserve.gone(slot.idleBytes);
  }

  #renew(): void {
    if (this.#image === null) return;
    const nowMs = this.#options.nowMs();
    if (nowMs - this.#takenMs < IMAGE_AGE_MS_MAX) return;
    this.#takenMs = nowMs;
    const first = this.#options.retake();
    if (first === null || first.image === null) return;
    this.#image = first.image;
    this.clear();
    this.giveBack(first);
  }
}
