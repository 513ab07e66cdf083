// The platform call of parsing URLs, over `wheeler:edge/url`.
// Spec: abi/wit/url.wit; layouts by the canonical ABI.

import { RESULT, loadString } from "./memory";

// @ts-ignore: decorator
@external("wheeler:edge/url@0.1.0", "parse")
declare function hostParse(
  input: usize, inputLength: i32, based: i32, base: usize, baseLength: i32, result: usize,
): void;

/** Whether `input` is a URL. If so, its parts are at `RESULT`: see `part`. */
export function parse(input: string, base: string | null): bool {
  const basePointer = base === null ? 0 : changetype<usize>(base);
  const baseLength = base === null ? 0 : base.length;
  hostParse(changetype<usize>(input), input.length, i32(base !== null), basePointer, baseLength, RESULT);
  return load<u8>(RESULT) != 0;
}

/** A part by its place in the record `parts`. */
export function part(index: i32): string {
  return loadString(RESULT + 4 + <usize>index * 8);
}
