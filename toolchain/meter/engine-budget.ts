// Keeps the engine's inlining what it was. V8 inlines hot calls while the caller grows by less than
// a budget in bytes of code, and gives modules a tenth of that budget when few of their functions are
// small: it takes that for a sign that the compiler has inlined already. Charges make functions larger,
// and a module can fall from one side to the other (a simulation of five bodies ran 7 times
// slower, 1.6 times with what is done here). So the meter's own functions are too large to be
// inlined, and functions without effect are added until enough are small again.
// Says nothing about what code means. Measured with V8 14.6; RATIONALE.md "Why fuel at all?".

import type { Range } from '../wasm/module.ts';
import { OP } from '../wasm/opcodes.ts';

/** The engine inlines no larger ones. */
const INLINED_BYTES_MAX = 500;
/** Smaller ones are small. */
const SMALL_BYTES = 50;
/** The share of small functions from which a module has some budget, and from which it has all of it. */
const SOME_BUDGET_SHARE = 0.25;
const FULL_BUDGET_SHARE = 0.5;

/** A function body that does nothing. */
export const FILLER = Uint8Array.of(0, OP.end);

/** The same body, too large to be inlined. It declares no locals. */
export function notInlined(body: Uint8Array): Uint8Array {
  const padded = new Uint8Array(body.length + INLINED_BYTES_MAX).fill(OP.nop);
  padded.set(body.subarray(0, 1));
  padded.set(body.subarray(1), INLINED_BYTES_MAX + 1);
  return padded;
}

/** How many fillers a module needs whose bodies were `before` and are `after`. */
export function fillerCount(before: readonly Range[], after: readonly Uint8Array[]): number {
  const smallBefore = before.filter(({ start, end }) => end - start < SMALL_BYTES).length;
  if (smallBefore <= before.length * SOME_BUDGET_SHARE) return 0;
  const smallAfter = after.filter(({ length }) => length < SMALL_BYTES).length;
  const missing = after.length * FULL_BUDGET_SHARE - smallAfter;
  return Math.max(0, Math.ceil(missing / (1 - FULL_BUDGET_SHARE)));
}
