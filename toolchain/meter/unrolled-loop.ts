// A tight loop (tight-loops.ts) as the meter writes it: some rounds one after the other, all paid at
// once, so that the charge is a part of them and not of each.
//
//   block $done
//     loop $own
//       charge rounds * C
//       block $next  body, in which `br $own` is `br $next`  br $done  end                 ;; all but the last
//       body  br $done
//     end
//   end
// Spec: WebAssembly core, "Control Instructions"; RATIONALE.md "Why fuel at all?".

import { OP } from '../wasm/opcodes.ts';
import { writeCharge } from './charge-code.ts';
import type { CodeWriter } from './code-writer.ts';
import type { MeterIndices } from './meter-functions.ts';
import type { TightLoop } from './tight-loops.ts';

export interface UnrolledLoop {
  readonly loop: TightLoop;
  /** Of one round. */
  readonly cost: number;
  readonly rounds: number;
}

/**
 * Writes all of it. `copy` writes the guest's own code from a place in the module up to another.
 * Returns what `writeCharge` does.
 */
export function writeUnrolledLoop(
  code: CodeWriter,
  indices: MeterIndices,
  t: number,
  { loop, cost, rounds }: UnrolledLoop,
  copy: (from: number, to: number) => void,
): number | null {
  code.op(OP.block).u8(loop.blockType).op(OP.loop).u8(loop.blockType);
  const unlikely = writeCharge(code, indices, t, { cost: cost * rounds, way: 'loop' });
  for (let round = 1; round <= rounds; round += 1) {
    // What is around the body now and was not before: `$done` is the outermost of them.
    const around = round < rounds ? 2 : 1;
    if (round < rounds) code.block();
    writeBody(code, loop, around, copy);
    code.op(OP.br, around);
    if (round < rounds) code.end();
  }
  code.end().end();
  return unlikely;
}

/** The body without its `end`. Branches out of the loop go `around` labels further. */
function writeBody(
  code: CodeWriter,
  { bodyAt, endAt, branches }: TightLoop,
  around: number,
  copy: (from: number, to: number) => void,
): void {
  let from = bodyAt;
  for (const { at, end, opcode, labels, own } of branches) {
    copy(from, at);
    code.op(opcode);
    if (opcode === OP.brTable) code.u32(labels.length - 1);
    for (const label of labels) code.u32(label > own ? label + around : label);
    from = end;
  }
  copy(from, endAt);
}
