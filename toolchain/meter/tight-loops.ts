// Which loops are so short that a charge in each round would cost. The engine would unroll them, but not
// with the meter's call in them, even if it hardly ever happens: unrolled-loop.ts does, and writes
// several rounds to a charge. Pure; used by plan.ts.
// Spec: WebAssembly core, "Control Instructions"; RATIONALE.md "Why fuel at all?".

import type { InstructionReader } from '../wasm/instruction-reader.ts';
import { BULK_OPERATIONS, OP } from '../wasm/opcodes.ts';

export interface TightLoop {
  readonly start: number;
  /** Empty or one result, in one byte. */
  readonly blockType: number;
  /** After its block type. */
  readonly bodyAt: number;
  /** Its `end`. */
  readonly endAt: number;
  /** After that. */
  readonly end: number;
  /** Out of it. */
  readonly branches: readonly OuterBranch[];
  /** Branches and blocks in it. */
  readonly controls: number;
}

/** A branch that may leave the loop. */
export interface OuterBranch {
  readonly at: number;
  readonly end: number;
  readonly opcode: number;
  readonly labels: readonly number[];
  /** The loop's label at this place: higher ones are outside. */
  readonly own: number;
}

/** The engine unrolls no longer ones. */
const BYTES_MAX = 160;

/** Opens a block that an `end` closes. */
const PLAIN_OPENERS: ReadonlySet<number> = new Set([OP.block, OP.loop, OP.if]);
/** Knows of labels too, and is not worth the trouble; or is done by a call. */
const UNFIT: ReadonlySet<number> = new Set([
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
  readonly branches: OuterBranch[];
  controls: number;
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
        candidate = takesNothing(bytes, start, end)
          ? { start, bodyAt: end, depth, branches: [], controls: 0 }
          : null;
      } else if (candidate !== null) candidate.controls += 1;
      depth += 1;
    } else if (opcode === OP.end) {
      depth -= 1;
      if (candidate !== null && depth === candidate.depth) {
        if (end - candidate.start <= BYTES_MAX) {
          loops.push({ ...candidate, blockType: bytes[candidate.start + 1] as number, endAt: start, end });
        }
        candidate = null;
      }
    } else if (candidate !== null) {
      const labels = labelsOf(reader);
      const own = depth - candidate.depth - 1;
      candidate.controls += labels.length;
      if (labels.some((label) => label > own))
        candidate.branches.push({ at: start, end, opcode, labels, own });
    }
  }
  return loops;
}

/** The type of a block is empty or one result, in one byte. */
function takesNothing(bytes: Uint8Array, start: number, bodyAt: number): boolean {
  return bodyAt - start === 2 && (bytes[start + 1] as number) >= 0x40;
}

function labelsOf({ opcode, index, labels }: InstructionReader): readonly number[] {
  if (opcode === OP.brTable) return labels;
  return opcode === OP.br || opcode === OP.brIf ? [index] : [];
}
