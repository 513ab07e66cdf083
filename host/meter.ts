// The CPU meter of one request. The limit is CPU time of the thread; fuel, a countdown in the
// guest's own code, only makes the guest look at the clock. A slice is a stretch of guest
// execution between entry or resume and the next wait or end; what is used is the sum of slices.
// Also the guest's clock, which is read when the guest goes on after a wait and stands still
// until the next wait, however often others have their turn in between.
// Decides to go on, to yield or to end; does not act. Knows nothing of requests.
// RATIONALE.md "Why fuel at all?" has the figures behind the constants.

import type { Clock } from '../abi/capabilities.ts';
import type { GuestClock } from '../abi/edge/context.ts';

const NS_PER_MS = 1_000_000;

/** So long a guest runs before others have their turn. */
const SLICE_MS = 1;
/** Between two looks at the wall clock, which costs 0.04 us. */
const CHECK_MS = 0.03;
/** Between two looks at the CPU clock, which costs 0.3 to 0.7 us: wall time is never less than CPU time. */
const CPU_READ_MS = 0.5;
/** A slice that is shorter is billed by a clock that is read quickly and only nearly right. */
const SHORT_MS = 0.1;
/** After so much work of the host a guest looks at once. */
const HOST_WORK_MS = 0.05;
/** Bounds of what is refilled: the upper one bounds how far cheap code can carry into costly code. */
const FUEL_MIN = 800;
const FUEL_MAX = 1_500_000;
/**
 * Whatever a guest does, it takes no longer than this for a unit of fuel, but for the first write to a page of
 * memory: at most twice what loads take that miss all caches. So a refill that would be more time than is left at
 * this pace, once all of its memory has been touched, is never given. The other way to be sure is a pace
 * that includes such writes.
 */
const FUEL_NS_MAX = 40;
const PAGE_BYTES = 4_096;
const PAGE_TOUCH_NS = 2_400;
const FUEL_NS_WITH_PAGES = 150;
const FUEL_FIRST = 40_000;

/**
 * What a guest that looks at the clock is told. Above 0: to go on with so much fuel. Below: the same,
 * once others had their turn. 0: to end. The guest's code writes the fuel: for the host that would be
 * a third of what a look costs. import-shim.ts knows these numbers too.
 */
export type Verdict = number;
const END: Verdict = 0;

/** The countdown of one core instance: a mutable i32 global. */
export interface Fuel {
  value: unknown;
}

export class Meter implements GuestClock {
  readonly #clock: Clock;
  readonly #limitNs: number;
  #usedNs = 0;
  #slices = 0;
  #running = false;
  /** CPU clock at the last reading. */
  #cpuNs = 0;
  /** Monotonic clock: at the start of the slice, at the last check, at the last reading of the CPU clock. */
  #sliceMs = 0;
  #checkMs = 0;
  #readMs = 0;
  /** So much wall time may pass before the CPU clock has to be read again. */
  #trustMs = 0;
  #refill = FUEL_FIRST;
  /** The countdown that was filled last: all others are at zero. */
  #filled: Fuel | null = null;
  /** What the guest may know of time: as of its last wait. */
  #hasWaited = true;
  #toldMs = 0;
  /** Found out when the guest asks: most never do. */
  #wallMs: number | null = null;
  #usedNsAtWait = 0;

  constructor(clock: Clock, limitMs: number) {
    this.#clock = clock;
    this.#limitNs = limitMs * NS_PER_MS;
  }

  /** As of the last reading of the clock. */
  get usedMs(): number {
    return this.#usedNs / NS_PER_MS;
  }

  /** As of the guest's last wait: what it may be told, since this is not a clock. */
  get usedMsAtWait(): number {
    return this.#usedNsAtWait / NS_PER_MS;
  }

  get slices(): number {
    return this.#slices;
  }

  get exhausted(): boolean {
    return this.#usedNs >= this.#limitNs;
  }

  /** The guest's code, or work of the host for it, begins or goes on. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#slices += 1;
    this.#sliceMs = this.#clock.monotonicMs();
    if (this.#hasWaited) this.tellTime(this.#sliceMs);
    this.#checkMs = this.#sliceMs;
    this.#readMs = this.#sliceMs;
    this.#cpuNs = this.#clock.nearThreadCpuNs();
    this.#trust();
  }

  /** The guest waits or has ended. A second call changes nothing. */
  end(): void {
    this.pause();
    this.#hasWaited = true;
  }

  /** Others have their turn. The guest does not wait, and its clock stands still. */
  pause(): void {
    if (!this.#running) return;
    const isShort = this.#clock.monotonicMs() - this.#sliceMs < SHORT_MS;
    this.#use(isShort ? this.#clock.nearThreadCpuNs() : this.#clock.threadCpuNs());
    this.#running = false;
  }

  /** Work of the host for the guest: part of the slice under way, or one of its own. */
  bill<T>(work: () => T): T {
    if (this.#running) return work();
    this.start();
    try {
      return work();
    } finally {
      this.end();
    }
  }

  /**
   * Gives this countdown something to count. Only one has it at a time: a guest may have many
   * instances, and what each of them had saved up could be used without a look at the clock.
   * @param memoryBytes of all memories of the guest
   */
  fill(fuel: Fuel, memoryBytes: number): void {
    if (this.#filled !== null && this.#filled !== fuel) this.#filled.value = 0;
    this.#filled = fuel;
    fuel.value = this.#nextRefill(memoryBytes);
  }

  /**
   * Called by the guest when `fuel` is used up; the guest itself fills it with what is returned.
   * @param memoryBytes as of `fill`
   */
  check(fuel: Fuel, memoryBytes: number): Verdict {
    const nowMs = this.#clock.monotonicMs();
    // Another instance's countdown is at zero because it had none, not because it was used up.
    if (fuel === this.#filled) this.#adapt(nowMs - this.#checkMs);
    this.#checkMs = nowMs;
    if (nowMs - this.#readMs >= this.#trustMs) {
      this.#use(this.#clock.threadCpuNs());
      this.#readMs = nowMs;
      this.#trust();
    }
    if (this.exhausted) {
      // Whatever of this instance might still run ends at its first look.
      fuel.value = -1;
      return END;
    }
    if (this.#filled !== null && this.#filled !== fuel) this.#filled.value = 0;
    this.#filled = fuel;
    const refill = this.#nextRefill(memoryBytes);
    return nowMs - this.#sliceMs >= SLICE_MS ? -refill : refill;
  }

  /** The host has done something for the guest, which took time but no fuel: makes it look if that is due. */
  hostWorked(): void {
    if (this.#filled !== null && this.#clock.monotonicMs() - this.#checkMs >= HOST_WORK_MS)
      this.#filled.value = -1;
  }

  // --- the clock that the guest is given (GuestClock) ---

  get wallNs(): bigint {
    this.#wallMs ??= this.#clock.wallMs() - (this.#clock.monotonicMs() - this.#toldMs);
    return BigInt(Math.round(this.#wallMs * 1_000)) * 1_000n;
  }

  get monotonicNs(): bigint {
    return BigInt(Math.round(this.#toldMs * NS_PER_MS));
  }

  sleep(durationMs: number, signal: AbortSignal): Promise<void> {
    return this.#clock.sleep(durationMs, signal);
  }

  /** The guest's clock goes on to now: it has waited, or hears of something that is over. */
  tellTime(nowMs = this.#clock.monotonicMs()): void {
    this.#hasWaited = false;
    this.#toldMs = nowMs;
    this.#wallMs = null;
    this.#usedNsAtWait = this.#usedNs;
  }

  #use(cpuNs: number): void {
    this.#usedNs += cpuNs - this.#cpuNs;
    this.#cpuNs = cpuNs;
  }

  #trust(): void {
    this.#trustMs = Math.min(CPU_READ_MS, (this.#limitNs - this.#usedNs) / NS_PER_MS);
  }

  #nextRefill(memoryBytes: number): number {
    // Since the last reading no more CPU time than wall time has passed.
    const leftNs = this.#limitNs - this.#usedNs - (this.#checkMs - this.#readMs) * NS_PER_MS;
    const touchNs = (memoryBytes / PAGE_BYTES) * PAGE_TOUCH_NS;
    const payable = Math.floor(Math.max((leftNs - touchNs) / FUEL_NS_MAX, leftNs / FUEL_NS_WITH_PAGES));
    this.#refill = Math.max(FUEL_MIN, Math.min(this.#refill, payable));
    return this.#refill;
  }

  /** Refills so that the next look comes after about `CHECK_MS`. */
  #adapt(gapMs: number): void {
    const factor = Math.min(2, CHECK_MS / (gapMs + 0.0002));
    this.#refill = Math.max(FUEL_MIN, Math.min(FUEL_MAX, Math.floor(this.#refill * factor)));
  }
}
