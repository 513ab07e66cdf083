// The package `wasi:clocks` 0.3: reading the clocks, which stand still while the guest runs, and
// waiting for a time.
// Spec: abi/wit-0.3/wasi-clocks; RATIONALE.md "Why does the clock stand still?".

import type { GuestClock } from '../edge/context.ts';
import { type HostInterface, plain, waits } from '../host-interface.ts';

interface ClockContext {
  readonly clock: GuestClock;
  readonly signal: AbortSignal;
}

const SECOND_NS = 1_000_000_000n;
const MS_NS = 1_000_000n;
/** What the host's own clock gives at least. */
const RESOLUTION_NS = 1_000n;

export const monotonicClock03: HostInterface<ClockContext> = {
  name: 'wasi:clocks/monotonic-clock@0.3.0',
  functions: {
    now: plain((cx: ClockContext) => cx.clock.monotonicNs),
    'get-resolution': plain(() => RESOLUTION_NS),
    'wait-until': waits((cx: ClockContext, when: bigint) => sleep(cx, when - cx.clock.monotonicNs)),
    'wait-for': waits((cx: ClockContext, duration: bigint) => sleep(cx, duration)),
  },
  drops: {},
};

export const systemClock03: HostInterface<ClockContext> = {
  name: 'wasi:clocks/system-clock@0.3.0',
  functions: {
    now: plain(({ clock }: ClockContext) => ({
      seconds: clock.wallNs / SECOND_NS,
      nanoseconds: Number(clock.wallNs % SECOND_NS),
    })),
    'get-resolution': plain(() => RESOLUTION_NS),
  },
  drops: {},
};

/** Nothing to wait for: an instant that is over is over at once. */
function sleep({ clock, signal }: ClockContext, durationNs: bigint): Promise<void> | undefined {
  return durationNs > 0n ? clock.sleep(Number((durationNs + MS_NS - 1n) / MS_NS), signal) : undefined;
}
