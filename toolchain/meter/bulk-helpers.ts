// Bulk operations in pieces: a function for each that the module uses, which checks the bounds
// of the whole first (a bulk operation traps before it writes), then does a piece, charges for
// it, and looks at the clock. Appended to the module by insert.ts.
// Spec: WebAssembly core, "Memory Instructions", "Table Instructions"; RATIONALE.md "Why fuel at all?".

import type { CoreModule } from '../wasm/module.ts';
import { indexSpaces } from '../wasm/module.ts';
import { OP } from '../wasm/opcodes.ts';
import type { ValueType } from '../wasm/types.ts';
import { CodeWriter } from './code-writer.ts';
import type { BulkOperation } from './plan.ts';

export interface Helper {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Local declarations and code, without the length. */
  readonly body: Uint8Array;
}

/** Bytes of a memory, elements of a table: some tens of microseconds each, ten times as much when new pages are touched. */
const MEMORY_PIECE = 262_144;
const TABLE_PIECE = 1_024;

/** Fuel per piece is its length shifted right by this, or left where negative. */
const MEMORY_SHIFT = 1;
const TABLE_SHIFT = -6;

/** How a helper charges: `length` is a local with the length of the piece. */
export type Charge = (code: CodeWriter, length: number, shift: number) => void;

export function bulkHelper(module: CoreModule, bulk: BulkOperation, charge: Charge): Helper {
  switch (bulk.opcode) {
    case OP.memoryFill:
      return fillHelper('i32', MEMORY_PIECE, MEMORY_SHIFT, bulk, charge);
    case OP.tableFill:
      return fillHelper(elementType(module, bulk.index), TABLE_PIECE, TABLE_SHIFT, bulk, charge);
    case OP.memoryCopy:
      return copyHelper(MEMORY_PIECE, MEMORY_SHIFT, bulk, charge, bulk.index === bulk.index2);
    case OP.tableCopy:
      return copyHelper(TABLE_PIECE, TABLE_SHIFT, bulk, charge, bulk.index === bulk.index2);
    case OP.memoryInit:
      return copyHelper(MEMORY_PIECE, MEMORY_SHIFT, bulk, charge, false);
    case OP.tableInit:
      return copyHelper(TABLE_PIECE, TABLE_SHIFT, bulk, charge, false);
    case OP.tableGrow:
      return growHelper(module, bulk, charge);
    default:
      throw new Error(`No helper for the instruction 0x${bulk.opcode.toString(16)}`);
  }
}

function elementType(module: CoreModule, table: number): ValueType {
  return indexSpaces(module).table[table]!.element;
}

const I32 = 0x7f;

const D = 0;
const S = 1;
const N = 2;
const K = 3;

/** fill(d, value, n) */
function fillHelper(
  value: ValueType,
  piece: number,
  shift: number,
  bulk: BulkOperation,
  charge: Charge,
): Helper {
  const code = oneLocal();
  const fill = () => code.op(bulk.opcode, bulk.index);
  smallCase(code, piece, () => {
    charge(code, N, shift);
    code.get(D).get(S).get(N);
    fill();
  });
  trapIfWraps(code, D);
  // Of length zero at the end: the bounds check of the whole.
  code.get(D).get(N).op(OP.i32Add).get(S).const(0);
  fill();
  inPieces(code, piece, () => {
    charge(code, K, shift);
    code.get(D).get(S).get(K);
    fill();
    advance(code, D);
    shorten(code);
  });
  return { params: ['i32', value, 'i32'], results: [], body: code.end().finish() };
}

/** copy(d, s, n) and init(d, s, n); `overlaps` when source and destination may be the same. */
function copyHelper(
  piece: number,
  shift: number,
  bulk: BulkOperation,
  charge: Charge,
  overlaps: boolean,
): Helper {
  const code = oneLocal();
  const copy = () => code.op(bulk.opcode, bulk.index, bulk.index2);
  smallCase(code, piece, () => {
    charge(code, N, shift);
    code.get(D).get(S).get(N);
    copy();
  });
  trapIfWraps(code, D);
  trapIfWraps(code, S);
  code.get(D).get(N).op(OP.i32Add).get(S).get(N).op(OP.i32Add).const(0);
  copy();
  const forward = () => {
    code.get(D).get(S).get(K);
    copy();
    advance(code, D);
    advance(code, S);
  };
  inPieces(code, piece, () => {
    charge(code, K, shift);
    if (!overlaps) {
      forward();
      shorten(code);
      return;
    }
    // From the front when the destination lies before the source, else from the back.
    shorten(code);
    code.get(D).get(S).op(OP.i32LeU).if();
    forward();
    code.op(OP.else);
    code.get(D).get(N).op(OP.i32Add).get(S).get(N).op(OP.i32Add).get(K);
    copy();
    code.end();
  });
  return { params: ['i32', 'i32', 'i32'], results: [], body: code.end().finish() };
}

/**
 * grow(value, n) -> the old size or -1. Whether all of it fits is known before the first piece:
 * the table is the module's own, and its maximum is written there. Refused for others by plan.ts.
 */
function growHelper(module: CoreModule, { index }: BulkOperation, charge: Charge): Helper {
  const { element, limits } = indexSpaces(module).table[index]!;
  const value = 0;
  const [n, k, size] = [1, 2, 3];
  const code = new CodeWriter().u32(1).u32(2).u8(I32);
  code.op(OP.tableSize, index).set(size);
  code
    .get(n)
    .const(limits.max as number)
    .get(size)
    .op(OP.i32Sub)
    .op(OP.i32GtU);
  code.if().const(-1).op(OP.return).end();
  code.loop();
  code.get(n).const(TABLE_PIECE).get(n).const(TABLE_PIECE).op(OP.i32LtU).op(OP.select).set(k);
  charge(code, k, TABLE_SHIFT);
  code.get(value).get(k).op(OP.tableGrow, index).op(OP.drop);
  code.get(n).get(k).op(OP.i32Sub).op(OP.localTee, n).op(OP.brIf, 0).end();
  return { params: [element, 'i32'], results: ['i32'], body: code.get(size).end().finish() };
}

/** A body that declares the local `K`. */
function oneLocal(): CodeWriter {
  return new CodeWriter().u32(1).u32(1).u8(I32);
}

/** if (n <= piece) { work; return } */
function smallCase(code: CodeWriter, piece: number, work: () => void): void {
  code.get(N).const(piece).op(OP.i32LeU).if();
  work();
  code.op(OP.return).end();
}

function trapIfWraps(code: CodeWriter, at: number): void {
  code.get(at).get(N).op(OP.i32Add).get(at).op(OP.i32LtU).if().op(OP.unreachable).end();
}

/** do { k = min(n, piece); work } while (n != 0); `work` takes k from n. */
function inPieces(code: CodeWriter, piece: number, work: () => void): void {
  code.loop();
  code.get(N).const(piece).get(N).const(piece).op(OP.i32LtU).op(OP.select).set(K);
  work();
  code.get(N).op(OP.brIf, 0).end();
}

function advance(code: CodeWriter, local: number): void {
  code.get(local).get(K).op(OP.i32Add).set(local);
}

function shorten(code: CodeWriter): void {
  code.get(N).get(K).op(OP.i32Sub).set(N);
}
