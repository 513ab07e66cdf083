// The platform calls of waiting, over `wheeler:edge/wait`. Edge-only but for `sleep`.
// Spec: abi/wit/wait.wit; layouts by the canonical ABI.

import { RESULT } from "./memory";

// @ts-ignore: decorator
@external("wheeler:edge/wait@0.1.0", "any")
declare function hostAny(among: usize, count: i32, timed: i32, timeoutMs: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/wait@0.1.0", "sleep")
declare function hostSleep(durationMs: i32): void;

/** Bytes of one `waitable` in a list. */
export const WAITABLE_BYTES = 8;

export function storeWaitable(list: usize, index: i32, kind: i32, handle: i32): void {
  const at = list + <usize>index * WAITABLE_BYTES;
  store<u8>(at, kind);
  store<i32>(at, handle, 4);
}

/** The index of the first that is ready, or -1 when the time is over. */
export function any(list: usize, count: i32, timeoutMs: i32): i32 {
  hostAny(list, count, i32(timeoutMs >= 0), max(timeoutMs, 0), RESULT);
  return load<u8>(RESULT) ? load<i32>(RESULT, 4) : -1;
}

export function sleep(durationMs: i32): void {
  hostSleep(durationMs);
}
