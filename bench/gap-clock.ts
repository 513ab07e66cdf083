// The system's clock, with a memory for the longest stretch between two looks at the thread's CPU
// time: what went wrong when a guest was stopped late. CPU time that passes at once is the
// collector's, the engine's or the hypervisor's; a guest cannot use so much without a look.

import type { Clock } from '../abi/capabilities.ts';
import { systemClock } from '../host/clock.ts';

export interface Gap {
  readonly cpuMs: number;
  readonly wallMs: number;
}

const NONE: Gap = { cpuMs: 0, wallMs: 0 };

export class GapClock implements Clock {
  readonly #clock = systemClock();
  readonly wallMs = this.#clock.wallMs;
  readonly monotonicNs = this.#clock.monotonicNs;
  readonly monotonicMs = this.#clock.monotonicMs;
  readonly sleep = this.#clock.sleep;
  #cpuNs: number | null = null;
  #atMs = 0;
  #longest = NONE;

  threadCpuNs(): number {
    const cpuNs = this.#clock.threadCpuNs();
    const nowMs = this.#clock.monotonicMs();
    if (this.#cpuNs !== null) {
      const cpuMs = (cpuNs - this.#cpuNs) / 1e6;
      if (cpuMs > this.#longest.cpuMs) this.#longest = { cpuMs, wallMs: nowMs - this.#atMs };
    }
    this.#cpuNs = cpuNs;
    this.#atMs = nowMs;
    return cpuNs;
  }

  /** The longest gap since the last call. */
  takeLongest(): Gap {
    const longest = this.#longest;
    this.#longest = NONE;
    this.#cpuNs = null;
    return longest;
  }
}
