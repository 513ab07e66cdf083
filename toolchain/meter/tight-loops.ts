// Which loops are so short that a call in them, even one that hardly ever happens, would cost: the
// engine unrolls short loops, but not with the meter's call in them. Around these insert.ts puts
// a loop of its own, to which they go back when their countdown has run out, and the call stands
// there. Pure; used by plan.ts.
//
//   loop $pay  (t < 0: call $spill)  loop $own  (t -= C, t < 0: br $pay)  body  end  end
//
// Branches out of the loop then go one label further.
// Spec: WebAssembly core, "Control Instructions"; RATIONALE.md "Why fuel at all?".

import type { InstructionReader } from '../wasm/instruction-reader.ts';
import { BULK_OPERATIONS, OP } from '../wasm/opcodes.ts';

export interface TightLoop {
  readonly start: number;
  /** Empty or one result, in one byte. */
  readonly blockType: number;
  /** After its block type. */
  readonly bodyAt: number;
  /** After its `end`. */
  readonly end: number;
  /** Out of it. */
  readonly branches: readonly LongBranch[];
}

/** A branch as it has to be now. */
export interface LongBranch {
  readonly at: number;
  readonly end: number;
  readonly opcode: number;
  readonly labels: readonly number[];
}

/** The engine unrolls no longer ones. */
const BYTES_MAX = 160;

/** Opens a block that an `end` closes. */
const PLAIN_OPENERS: ReadonlySet<number> = new Set([OP.block, OP.loop, OP.if]);
/** Not unrolled anyway; or knows of labels too, and is not worth the trouble; or is done by a call. */
const UNFIT: ReadonlySet<number> = new Set([
  OP.brTable,
  OP.brOnNull,
  OP.brOnNonNull,
  OP.brOnCast,
  OP.brOnCastFail,
  ...BULK_OPERATIONS,
]);
const EXCEPTIONS: ReadonlySet<number> = new Set([OP.try, OP.tryTable, OP.delegate, OP.rethrow]);

interface Candidate {
  readonly start: number;
  readonly bodyAt: number;
  /** How many blocks are open around it. */
  readonly depth: number;
  readonly branches: LongBranch[];
}

/** Innermost loops only. @param bytes of the module */
export function tightLoops(reader: InstructionReader, bytes: Uint8Array): TightLoop[] {
  const loops: TightLoop[] = [];
  let depth = 0;
  let candidate: Candidate | null = null;
  while (reader.next()) {
    const { opcode, start, end } = reader;
    // Exceptions have handlers that count labels: a function with them is left as it is.
    if (EXCEPTIONS.has(opcode)) return [];
    if (UNFIT.has(opcode)) candidate = null;
    if (PLAIN_OPENERS.has(opcode)) {
      if (opcode === OP.loop) {
        candidate = takesNothing(bytes, start, end) ? { start, bodyAt: end, depth, branches: [] } : null;
      }
      depth += 1;
    } else if (opcode === OP.end) {
      depth -= 1;
      if (candidate !== null && depth === candidate.depth) {
        if (end - candidate.start <= BYTES_MAX) {
          loops.push({ ...candidate, blockType: bytes[candidate.start + 1] as number, end });
        }
        candidate = null;
      }
    } else if (candidate !== null) {
      const branch = longer(reader, depth - candidate.depth - 1);
      if (branch !== null) candidate.branches.push(branch);
    }
  }
  return loops;
}

/** The type of a block is empty or one result, in one byte. */
function takesNothing(bytes: Uint8Array, start: number, bodyAt: number): boolean {
  return bodyAt - start === 2 && (bytes[start + 1] as number) >= 0x40;
}

/** @param own label of the loop at this place: higher ones are outside */
function longer({ opcode, start, end, index, labels }: InstructionReader, own: number): LongBranch | null {
  const targets = opcode === OP.brTable ? labels : opcode === OP.br || opcode === OP.brIf ? [index] : [];
  if (targets.every((label) => label <= own)) return null;
  return { at: start, end, opcode, labels: targets.map((label) => (label > own ? label + 1 : label)) };
}
