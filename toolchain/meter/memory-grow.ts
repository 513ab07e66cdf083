// memory.grow, and why it was refused: a helper in its place keeps how large the memory would have become
// when the host did not allow what the guest's own declaration does. So a guest that then gives
// up can be told apart from one that crashed. New pages are paid for here as what they may be written to the
// first time: the host, which counts with a guest's memory, hears of them only at the next look.
// Appended to the module by insert.ts.
// Spec: WebAssembly core, "memory.grow".

import type { CoreModule } from '../wasm/module.ts';
import { indexSpaces } from '../wasm/module.ts';
import { OP } from '../wasm/opcodes.ts';
import type { Charge, Helper } from './bulk-helpers.ts';
import { CodeWriter } from './code-writer.ts';

const I32 = 0x7f;
/** What a 32-bit memory can have at most. */
const PAGES_MAX = 65_536;
/** Fuel for each new page is 1 shifted left by this: 16 first writes at the pace that the host counts with. */
const PAGE_SHIFT = -10;

/*
 * grow(n): result = memory.grow n
 *   refused = result == -1 && n <= max && memory.size + n <= max ? memory.size + n : 0
 *   if (result >= 0) charge n << PAGE_SHIFT
 */
export function memoryGrowHelper(module: CoreModule, index: number, refused: number, charge: Charge): Helper {
  const max = indexSpaces(module).memory[index]?.max ?? PAGES_MAX;
  const [n, result, wanted] = [0, 1, 2];
  const code = new CodeWriter().u32(1).u32(2).u8(I32);
  code.get(n).op(OP.memoryGrow, index).set(result);
  code.op(OP.memorySize, index).get(n).op(OP.i32Add).set(wanted);
  code.get(wanted).const(0);
  code.get(result).const(0).op(OP.i32LtS);
  code.get(n).const(max).op(OP.i32LeU).op(OP.i32And);
  code.get(wanted).const(max).op(OP.i32LeU).op(OP.i32And);
  code.op(OP.select).op(OP.globalSet, refused);
  code.get(result).const(0).op(OP.i32LtS).op(OP.i32Eqz).if();
  charge(code, n, PAGE_SHIFT);
  code.end();
  return { params: ['i32'], results: ['i32'], body: code.get(result).end().finish() };
}
