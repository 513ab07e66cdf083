// What all versions of this process together keep in empty slots, and for how long: every bound on it is
// here. Slots that were not needed for a while are let go, and all of them when memory is short.
// Beside step 4 of the request path. Timers and the machine's memory are passed in.
// Does not know what a slot is.

/** A pool, as far as it is asked to be smaller. */
interface Shrinks {
  readonly idle: number;
  trim(): void;
  clear(): void;
}

export interface ReserveParts {
  /** Calls back again and again until the function that it returns is called. Does not keep the process alive. */
  readonly every: (periodMs: number, work: () => void) => () => void;
  /** What the machine or the container has left, in bytes. */
  readonly availableBytes: () => number;
}

/** Of one version: more requests than that are seldom under way in one process at once. */
const SLOTS_MAX = 256; // arbitrary
/** Of all versions together. */
const IDLE_BYTES_MAX = 256 * 1024 * 1024; // arbitrary
/** What was not needed for one to two periods goes. */
const TRIM_MS = 10_000; // arbitrary
/** With less than this left on the machine nothing is kept. */
const AVAILABLE_BYTES_MIN = 128 * 1024 * 1024; // arbitrary

export class SlotReserve {
  readonly #parts: ReserveParts;
  /** Those that keep something. */
  readonly #pools = new Set<Shrinks>();
  #bytes = 0;
  #stop: (() => void) | null = null;

  constructor(parts: ReserveParts) {
    this.#parts = parts;
  }

  /** Whether `pool` may keep a slot more, which takes up `bytes`: then it does. */
  mayKeep(pool: Shrinks, bytes: number): boolean {
    if (pool.idle >= SLOTS_MAX || this.#bytes + bytes > IDLE_BYTES_MAX) return false;
    this.#bytes += bytes;
    this.#pools.add(pool);
    this.#stop ??= this.#parts.every(TRIM_MS, () => this.#trim());
    return true;
  }

  /** A pool has a slot less. */
  gone(bytes: number): void {
    this.#bytes -= bytes;
  }

  #trim(): void {
    const isShort = this.#parts.availableBytes() < AVAILABLE_BYTES_MIN;
    for (const pool of this.#pools) {
      if (isShort) pool.clear();
      else pool.trim();
      if (pool.idle === 0) this.#pools.delete(pool);
    }
    if (this.#pools.size > 0) return;
    this.#stop?.();
    this.#stop = null;
  }
}
