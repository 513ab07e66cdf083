// The package `wasi:clocks`, as far as a synchronous guest needs it: reading them. They stand
// still while the guest runs; waiting is `wheeler:edge/wait`.
// Spec: abi/wit/deps/wasi-clocks; RATIONALE.md "Why does the clock stand still?".

import { type HostInterface, plain } from '../host-interface.ts';

interface ClockContext {
  readonly clock: { readonly wallNs: bigint; readonly monotonicNs: bigint };
}

const SECOND_NS = 1_000_000_000n;
/** What the host's own clock gives at least. */
const RESOLUTION_NS = 1_000;

export const monotonicClock: HostInterface<ClockContext> = {
  name: 'wasi:clocks/monotonic-clock@0.2.12',
  functions: {
    now: plain((cx: ClockContext) => cx.clock.monotonicNs),
    resolution: plain(() => BigInt(RESOLUTION_NS)),
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
