// The instructions of charges, written into a function's code where plan.ts wants them. `t` is the
// meter's own local, a countdown, and `t + 1`, in functions with chunks, what it was last filled with.
//
//   fuel   global.get $fuel  i32.const C  i32.sub  local.tee $t  global.set $fuel
//          local.get $t  i32.const 0  i32.lt_s  if  call $checkpoint  end                  ;; hint: unlikely
//   chunk  local.get $t  i32.const C  i32.sub  local.tee $t  i32.const 0  i32.lt_s
//          if  local.get $t  local.get $chunk  call $spill  local.tee $chunk  local.set $t  end  ;; unlikely
//   tight  the same, but  br_if 1  to a loop around it where the call is                   ;; hint: unlikely
//   last   i32.const C  call $pay
// Spec: WebAssembly core, "Instructions"; RATIONALE.md "Why fuel at all?".

import { OP } from '../wasm/opcodes.ts';
import type { Way } from './charges.ts';
import type { CodeWriter } from './code-writer.ts';
import { LOOP_COST } from './costs.ts';
import type { MeterIndices } from './meter-functions.ts';

/** Charges `cost`. Returns the offset of the branch that is unlikely, or null when there is none. */
export function writeCharge(
  code: CodeWriter,
  { fuel, checkpoint, spill, pay }: MeterIndices,
  t: number,
  { cost, way }: { readonly cost: number; readonly way: Way },
): number | null {
  if (way === 'last') {
    code.const(cost).op(OP.call, pay);
    return null;
  }
  const isFuel = way === 'fuel';
  if (isFuel) code.op(OP.globalGet, fuel);
  else code.get(t);
  code.const(cost).op(OP.i32Sub).op(OP.localTee, t);
  if (isFuel) code.op(OP.globalSet, fuel).get(t);
  code.const(0).op(OP.i32LtS);
  if (way === 'chunk') return writeSpill(code, spill, t);
  const at = code.length;
  if (way === 'tight') code.op(OP.brIf, 1);
  else code.if().op(OP.call, checkpoint).end();
  return at;
}

/** Pays for the first rounds of the loop that follows. */
export function writeChunk(code: CodeWriter, { fuel }: MeterIndices, t: number): void {
  code.op(OP.globalGet, fuel).const(LOOP_COST).op(OP.i32Sub).op(OP.globalSet, fuel);
  code
    .const(LOOP_COST)
    .op(OP.localTee, t + 1)
    .set(t);
}

/** Opens the loop around a tight one. Returns the offset of the branch that is unlikely. */
export function writeOuterLoop(
  code: CodeWriter,
  { spill }: MeterIndices,
  t: number,
  blockType: number,
): number {
  code.op(OP.loop).u8(blockType).get(t).const(0).op(OP.i32LtS);
  return writeSpill(code, spill, t);
}

/** If the countdown is below zero: a new chunk. Returns the offset of the `if`. */
function writeSpill(code: CodeWriter, spill: number, t: number): number {
  const at = code.length;
  code
    .if()
    .get(t)
    .get(t + 1)
    .op(OP.call, spill)
    .op(OP.localTee, t + 1)
    .set(t)
    .end();
  return at;
}
