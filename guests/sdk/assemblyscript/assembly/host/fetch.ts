// The platform calls of outgoing requests, over `wheeler:edge/fetch`. `Pending` is edge-only.
// Spec: abi/wit/fetch.wit; layouts by the canonical ABI.

import { RESULT, loadString } from "./memory";

// @ts-ignore: decorator
@external("wheeler:edge/fetch@0.1.0", "fetch")
declare function hostFetch(
  method: usize, methodLength: i32, url: usize, urlLength: i32, headers: usize, headersCount: i32,
  content: i32, first: usize, second: i32, redirect: i32, timed: i32, timeoutMs: i32, result: usize,
): void;
// @ts-ignore: decorator
@external("wheeler:edge/fetch@0.1.0", "[static]pending.start")
declare function hostStart(
  method: usize, methodLength: i32, url: usize, urlLength: i32, headers: usize, headersCount: i32,
  content: i32, first: usize, second: i32, redirect: i32, timed: i32, timeoutMs: i32,
): i32;
// @ts-ignore: decorator
@external("wheeler:edge/fetch@0.1.0", "[static]pending.take")
declare function hostTake(pending: i32, result: usize): void;
// @ts-ignore: decorator
@external("wheeler:edge/fetch@0.1.0", "[resource-drop]pending")
declare function hostDrop(pending: i32): void;

/** Leaves the result at `RESULT`: see `FetchResult`. */
export function fetch(
  method: string, url: string, headers: usize, headersCount: i32,
  content: i32, first: usize, second: i32, redirect: i32, timeoutMs: i32,
): void {
  hostFetch(
    changetype<usize>(method), method.length, changetype<usize>(url), url.length, headers, headersCount,
    content, first, second, redirect, i32(timeoutMs >= 0), max(timeoutMs, 0), RESULT,
  );
}

/** A handle of a request under way. */
export function start(
  method: string, url: string, headers: usize, headersCount: i32,
  content: i32, first: usize, second: i32, redirect: i32, timeoutMs: i32,
): i32 {
  return hostStart(
    changetype<usize>(method), method.length, changetype<usize>(url), url.length, headers, headersCount,
    content, first, second, redirect, i32(timeoutMs >= 0), max(timeoutMs, 0),
  );
}

/** Leaves the result at `RESULT`: see `FetchResult`. Takes the handle. */
export function take(pending: i32): void {
  hostTake(pending, RESULT);
}

export function drop(pending: i32): void {
  hostDrop(pending);
}

/** What a fetch left at `RESULT` when it has no error. Read it before the next call. */
export namespace FetchResult {
  export function status(): i32 {
    return load<u16>(RESULT, 4);
  }
  export function url(): string {
    return loadString(RESULT + 8);
  }
  export function headers(): usize {
    return load<usize>(RESULT, 16);
  }
  export function headersCount(): i32 {
    return load<i32>(RESULT, 20);
  }
  /** A handle. */
  export function body(): i32 {
    return load<i32>(RESULT, 24);
  }
}
