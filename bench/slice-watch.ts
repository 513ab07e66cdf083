// Looks over the meter's shoulder: the CPU time that the thread really used in a request's slices,
// from the moment the guest's code begins to the moment its trap has surfaced in JavaScript, read
// from the process's books and not from the clock that the meter reads. And the longest stretch
// between two of the meter's looks at its clock: what went wrong when a guest was stopped late. CPU
// time that passes at once is the engine's, the kernel's or the hypervisor's.
// One request at a time. It puts itself into the meter's class, so only a bench may use it.

import { PerformanceObserver } from 'node:perf_hooks';
import type { Clock } from '../abi/capabilities.ts';
import { systemClock } from '../host/clock.ts';
import { bookkeepingCpuClock } from '../host/cpu-clock.ts';
import { Meter } from '../host/meter.ts';

export interface Watched {
  /** In the slices, by the process's books. */
  readonly cpuMs: number;
  /** The longest stretch without a look at the meter's clock. */
  readonly gapCpuMs: number;
  readonly gapWallMs: number;
  /** Wall time of garbage collections. */
  readonly collectionsMs: number;
}

export class SliceWatch {
  /** What the watched guests are metered with. */
  readonly clock: Clock;
  readonly #collector: PerformanceObserver;
  readonly #unwatch: () => void;
  /** Whose slice it is; one that never ends gives way to the next. */
  #running: Meter | null = null;
  #sliceBeganNs = 0;
  #usedNs = 0;
  #lookNs: number | null = null;
  #lookMs = 0;
  #gapCpuMs = 0;
  #gapWallMs = 0;
  #collectionsMs = 0;

  constructor() {
    const clock = systemClock();
    this.clock = {
      ...clock,
      threadCpuNs: () => this.#look(clock.threadCpuNs(), clock.monotonicMs()),
      nearThreadCpuNs: () => this.#look(clock.nearThreadCpuNs(), clock.monotonicMs()),
    };
    this.#collector = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#collectionsMs += duration;
    });
    this.#collector.observe({ entryTypes: ['gc'] });
    this.#unwatch = this.#watchMeters();
  }

  /** Of the request since the last call, which has ended. */
  async take(): Promise<Watched> {
    // News of collections comes with the event loop's next turn.
    await new Promise(setImmediate);
    const watched = {
      cpuMs: this.#usedNs / 1e6,
      gapCpuMs: this.#gapCpuMs,
      gapWallMs: this.#gapWallMs,
      collectionsMs: this.#collectionsMs,
    };
    this.#usedNs = this.#gapCpuMs = this.#gapWallMs = this.#collectionsMs = 0;
    return watched;
  }

  stop(): void {
    this.#collector.disconnect();
    this.#unwatch();
  }

  #watchMeters(): () => void {
    const { start, pause } = Meter.prototype;
    const watch = this;
    // Both readings come after the meter's own, so that neither adds to the difference.
    Meter.prototype.start = function () {
      if (watch.#running === this) return;
      watch.#running = this;
      watch.#lookNs = null;
      start.call(this);
      watch.#sliceBeganNs = bookkeepingCpuClock();
    };
    Meter.prototype.pause = function () {
      pause.call(this);
      if (watch.#running !== this) return;
      watch.#usedNs += bookkeepingCpuClock() - watch.#sliceBeganNs;
      watch.#running = null;
    };
    return () => Object.assign(Meter.prototype, { start, pause });
  }

  #look(cpuNs: number, nowMs: number): number {
    const gapCpuMs = this.#lookNs === null ? 0 : (cpuNs - this.#lookNs) / 1e6;
    if (gapCpuMs > this.#gapCpuMs) {
      this.#gapCpuMs = gapCpuMs;
      this.#gapWallMs = nowMs - this.#lookMs;
    }
    this.#lookNs = cpuNs;
    this.#lookMs = nowMs;
    return cpuNs;
  }
}
