// The platform calls of randomness, over `wasi:random`.

import { RESULT, loadBytes } from "./memory";

// @ts-ignore: decorator
@external("wasi:random/random@0.2.12", "get-random-u64")
declare function hostU64(): u64;
// @ts-ignore: decorator
@external("wasi:random/random@0.2.12", "get-random-bytes")
declare function hostBytes(length: u64, result: usize): void;

export function randomU64(): u64 {
  return hostU64();
}

export function randomBytes(length: i32): Uint8Array {
  hostBytes(length, RESULT);
  return loadBytes(RESULT);
}
