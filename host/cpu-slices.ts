// The CPU time of one request, as a sum of slices: the stretches between entering or resuming
// the guest and its next wait or end. Also the guest's clock, which is read at the start of a
// slice and stands still until the next.
// It measures and does not enforce. Knows nothing of requests.

import type { Clock } from '../abi/capabilities.ts';
import type { GuestClock } from '../abi/edge/context.ts';

const NS_PER_MS = 1_000_000;

export class CpuSlices {
  readonly #clock: Clock;
  #usedNs = 0;
  #sliceStartNs: number | null = null;
  #wallMs = 0;
  #monotonicNs = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Of all slices that have ended. */
  get usedMs(): number {
    return this.#usedNs / NS_PER_MS;
  }

  /** The guest's code begins or goes on. */
  start(): void {
    this.#wallMs = this.#clock.wallMs();
    this.#monotonicNs = this.#clock.monotonicNs();
    this.#sliceStartNs = this.#clock.threadCpuNs();
  }

  /** The guest waits or has ended. A second call changes nothing. */
  end(): void {
    if (this.#sliceStartNs === null) return;
    this.#usedNs += this.#clock.threadCpuNs() - this.#sliceStartNs;
    this.#sliceStartNs = null;
  }

  /** The clock that the guest is given. */
  get guestClock(): GuestClock {
    const slices = this;
    return {
      get wallNs() {
        return BigInt(Math.round(slices.#wallMs * 1_000)) * 1_000n;
      },
      get monotonicNs() {
        return slices.#monotonicNs;
      },
      sleep: (durationMs, signal) => slices.#clock.sleep(durationMs, signal),
    };
  }
}
