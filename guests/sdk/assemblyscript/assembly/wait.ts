// Waiting for the first of several things, with or without a deadline, and for time.
// Spec: abi/wit/wait.wit.

import * as host from "./host/wait";

/** The cases of `waitable`. */
export const RESPONSE = 0;
export const READABLE = 1;
export const WRITABLE = 2;

/** What can be waited for: a `Pending`, a `Body`, a `BodyWriter`. */
export abstract class Waitable {
  constructor(
    readonly kind: i32,
    /** The host's number for it, 0 when there is nothing behind it (any more). */
    public handle: i32,
  ) {}

  /** Gives the handle away, for good. Aborts when there is none. */
  release(): i32 {
    const handle = this.handle;
    if (!handle) throw new TypeError("This was taken, finished or handed on before");
    this.handle = 0;
    return handle;
  }
}

/**
 * The index of the first in `among` that is ready: its response, its next bytes or its failure
 * is there, or room to write. -1 when `timeoutMs` have passed; a negative one waits for ever.
 */
export function waitAny(among: Waitable[], timeoutMs: i32 = -1): i32 {
  const count = among.length;
  const list = __alloc(<usize>count * host.WAITABLE_BYTES);
  for (let i = 0; i < count; i++) {
    const one = among[i];
    if (!one.handle) return i;
    host.storeWaitable(list, i, one.kind, one.handle);
  }
  const index = host.any(list, count, timeoutMs);
  __free(list);
  return index;
}

/** Waits that long; not at all when `durationMs` is negative. */
export function sleep(durationMs: i32): void {
  host.sleep(max(durationMs, 0));
}
