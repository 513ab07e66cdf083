// The price list: what an instruction counts towards the next look at the clock. Prices need
// not be right, only not absurdly wrong: they trigger the clock, they are not the limit.
// Measured in units of about one simple instruction. RATIONALE.md "Why fuel at all?".

import { OP } from '../wasm/opcodes.ts';

/** Charged before a call of an import, whose own work counts by the clock. */
export const IMPORT_CALL_COST = 1_000;
/** Charged before `memory.grow`, which maps memory. */
export const MEMORY_GROW_COST = 20_000;
/** What a function with loops is charged at its entry for the part of a chunk that it may not return. */
export const CHUNK_ENTRY_COST = 64;
/** The countdown of a function with loops: so much is taken from the fuel at once. */
export const CHUNK = 1_024;
/** A function without loops and calls that costs less is not charged: it cannot run for long. */
export const LEAF_COST_MAX = 300;

const PRICES = new Map<number, number>([
  [OP.end, 0],
  [OP.localGet, 0],
  [OP.localSet, 0],
  [OP.localTee, 0],
  [OP.i32Const, 0],
  [OP.i64Const, 0],
  [OP.brTable, 3],
  [OP.call, 6],
  [OP.returnCall, 6],
  [OP.callRef, 8],
  [OP.returnCallRef, 8],
  [OP.callIndirect, 10],
  [OP.returnCallIndirect, 10],
  [OP.catch, 20],
  [OP.throw, 20],
  [OP.rethrow, 20],
  [OP.throwRef, 20],
  [OP.memoryGrow, 10],
  ...[OP.memoryInit, OP.memoryCopy, OP.memoryFill].map((op) => [op, 20] as const),
  ...[OP.tableInit, OP.tableCopy, OP.tableFill, OP.tableGrow].map((op) => [op, 20] as const),
  // Division, remainder and square root of every width
  ...[0x6d, 0x6e, 0x6f, 0x70, 0x7f, 0x80, 0x81, 0x82, 0x91, 0x95, 0x9f, 0xa3].map((op) => [op, 10] as const),
]);

export function costOf(opcode: number): number {
  return PRICES.get(opcode) ?? (opcode >= 0xfe0000 ? 10 : 1);
}

/** The static cost of a stretch of code is capped: a switch interpreter's loop has a huge body and short paths. */
export function cappedCost(cost: number): number {
  return cost > 128 ? 128 + ((cost - 128) >> 6) : cost;
}
