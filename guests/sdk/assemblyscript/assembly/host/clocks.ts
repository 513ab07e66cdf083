// The platform calls of the clocks, over `wasi:clocks`.

import { RESULT } from "./memory";

// @ts-ignore: decorator
@external("wasi:clocks/wall-clock@0.2.12", "now")
declare function hostWallNow(result: usize): void;
// @ts-ignore: decorator
@external("wasi:clocks/monotonic-clock@0.2.12", "now")
declare function hostMonotonicNow(): u64;

/** Milliseconds since the Unix epoch. */
export function wallMs(): i64 {
  hostWallNow(RESULT);
  return load<i64>(RESULT) * 1000 + <i64>(load<u32>(RESULT, 8) / 1_000_000);
}

/** Nanoseconds from an arbitrary point. */
export function monotonicNs(): u64 {
  return hostMonotonicNow();
}
