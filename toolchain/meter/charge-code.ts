// The instructions of charges, written into a function's code where plan.ts wants them. `t` is the
// meter's own local. In loops without calls it has the fuel, which then is written and never read: a
// round that had to read what the one before has just written would be as long as that takes.
//
//   fuel   global.get $fuel  i32.const C  i32.sub  local.tee $t  global.set $fuel
//          local.get $t  i32.const 0  i32.lt_s  if  call $checkpoint  end                  ;; hint: unlikely
//   loop   local.get $t  i32.const C  i32.sub  local.tee $t  global.set $fuel
//          local.get $t  i32.const 0  i32.lt_s
//          if  call $checkpoint  global.get $fuel  local.set $t  end                       ;; hint: unlikely
//   last   i32.const C  call $pay
// Spec: WebAssembly core, "Instructions"; RATIONALE.md "Why fuel at all?".

import { OP } from '../wasm/opcodes.ts';
import type { Way } from './charges.ts';
import type { CodeWriter } from './code-writer.ts';
import type { MeterIndices } from './meter-functions.ts';

/** Charges `cost`. Returns the offset of the branch that is unlikely, or null when there is none. */
export function writeCharge(
  code: CodeWriter,
  indices: MeterIndices,
  t: number,
  { cost, way }: { readonly cost: number; readonly way: Way },
): number | null {
  if (way === 'last') {
    code.const(cost).op(OP.call, indices.pay);
    return null;
  }
  if (way === 'fuel') code.op(OP.globalGet, indices.fuel);
  else code.get(t);
  code.const(cost).op(OP.i32Sub).op(OP.localTee, t).op(OP.globalSet, indices.fuel);
  code.get(t).const(0).op(OP.i32LtS);
  const at = code.length;
  code.if().op(OP.call, indices.checkpoint);
  if (way === 'loop') writeLoad(code, indices, t);
  code.end();
  return at;
}

/** Copies the fuel to `t`. */
export function writeLoad(code: CodeWriter, { fuel }: MeterIndices, t: number): void {
  code.op(OP.globalGet, fuel).set(t);
}
