// The package `wasi:clocks`: reading the clocks, which stand still while the guest runs, and
// waiting for a time.
// Spec: abi/wit/deps/wasi-clocks; RATIONALE.md "Why does the clock stand still?".

import { type HostInterface, plain } from '../host-interface.ts';
import type { Pollable } from './poll.ts';

interface ClockContext {
  readonly clock: {
    readonly wallNs: bigint;
    readonly monotonicNs: bigint;
    sleep(durationMs: number, signal: AbortSignal): Promise<void>;
  };
}

const SECOND_NS = 1_000_000_000n;
const MS_NS = 1_000_000n;
/** What the host's own clock gives at least. */
const RESOLUTION_NS = 1_000;

/** Ready at an instant of the monotonic clock. */
class Timer implements Pollable {
  readonly #clock: ClockContext['clock'];
  readonly #dueNs: bigint;
  #elapsed = false;

  constructor({ clock }: ClockContext, dueNs: bigint) {
    this.#clock = clock;
    this.#dueNs = dueNs;
  }

  get ready(): boolean {
    return this.#elapsed || this.#leftNs() <= 0n;
  }

  async whenReady(signal: AbortSignal): Promise<void> {
    const ms = (this.#leftNs() + MS_NS - 1n) / MS_NS;
    await this.#clock.sleep(Number(ms), signal);
    if (!signal.aborted) this.#elapsed = true;
  }

  #leftNs(): bigint {
    return this.#dueNs - this.#clock.monotonicNs;
  }
}

export const monotonicClock: HostInterface<ClockContext> = {
  name: 'wasi:clocks/monotonic-clock@0.2.12',
  functions: {
    now: plain((cx: ClockContext) => cx.clock.monotonicNs),
    resolution: plain(() => BigInt(RESOLUTION_NS)),
    'subscribe-instant': plain((cx: ClockContext, when: bigint) => new Timer(cx, when)),
    'subscribe-duration': plain(
      (cx: ClockContext, duration: bigint) => new Timer(cx, cx.clock.monotonicNs + duration),
    ),
  },
  drops: {},
};

export const wallClock: HostInterface<ClockContext> = {
  name: 'wasi:clocks/wall-clock@0.2.12',
  functions: {
    now: plain(({ clock }: ClockContext) => ({
      seconds: clock.wallNs / SECOND_NS,
      nanoseconds: Number(clock.wallNs % SECOND_NS),
    })),
    resolution: plain(() => ({ seconds: 0n, nanoseconds: RESOLUTION_NS })),
  },
  drops: {},
};
