// The price list: what an instruction counts towards the next look at the clock, in quarters of
// a simple one. Prices trigger the clock, they are not the limit, so they need not be right. But
// what a guest can do between two looks is bounded by its fuel times the time that the worst
// instruction takes per unit: nothing is free that can be repeated, and what may take a hundred
// nanoseconds (a load that misses every cache) costs more than what never does.
// RATIONALE.md "Why fuel at all?" has the figures.

import { OP } from '../wasm/opcodes.ts';

/** No path is longer between two charges. */
export const STRETCH_COST_MAX = 512;
/**
 * What may still be on credit when a call comes back. Ten thousand frames of a recursion can hold
 * it at once, and use it on their way out without a look at the clock.
 */
export const CREDIT_AFTER_CALL_MAX = 128;
/** The call itself of a function that is not charged; its cost comes on top. */
export const CALL_OF_LEAF_COST = 8;
/** What the callers of a function pay of it: shorter ones without loops and calls are not charged at all. */
export const CREDIT_AT_ENTRY = 64;

const SIMPLE = 4;

const PRICES = new Map<number, number>([
  ...[OP.end, OP.else, OP.block].map((op) => [op, 0] as const),
  ...[OP.nop, OP.drop, OP.br, OP.return, OP.localGet, OP.localSet, OP.localTee].map((op) => [op, 1] as const),
  ...[OP.i32Const, OP.i64Const, OP.f32Const, OP.f64Const].map((op) => [op, 1] as const),
  [OP.brTable, 12],
  [OP.call, 16],
  [OP.returnCall, 16],
  [OP.callRef, 24],
  [OP.returnCallRef, 24],
  [OP.callIndirect, 32],
  [OP.returnCallIndirect, 32],
  // The engine looks for the handler in its runtime, frame by frame.
  ...[OP.throw, OP.rethrow, OP.throwRef].map((op) => [op, 1_000] as const),
  // Maps memory.
  [OP.memoryGrow, 20_000],
  // The helpers that take their place charge for the length.
  ...[OP.memoryInit, OP.memoryCopy, OP.memoryFill].map((op) => [op, 80] as const),
  ...[OP.tableInit, OP.tableCopy, OP.tableFill, OP.tableGrow].map((op) => [op, 80] as const),
  // References to functions are made when they are first asked for.
  ...[OP.tableGet, OP.tableSet, OP.refFunc].map((op) => [op, 80] as const),
  // Division, remainder and square root of every width
  ...[0x6d, 0x6e, 0x6f, 0x70, 0x7f, 0x80, 0x81, 0x82, 0x91, 0x95, 0x9f, 0xa3].map((op) => [op, 40] as const),
  ...[0xfd00e3, 0xfd00e7, 0xfd00ef, 0xfd00f3].map((op) => [op, 40] as const),
  // Loads and stores
  ...range(0x28, 0x3e, 16),
  ...range(0xfd0000, 0xfd000b, 16),
  ...range(0xfd0054, 0xfd005d, 16),
  ...range(0xfe0000, 0xfe004e, 40),
]);

/** Of an import's call as well: the host's own work counts by the clock. */
export function costOf(opcode: number): number {
  return PRICES.get(opcode) ?? SIMPLE;
}

function range(from: number, to: number, price: number): (readonly [number, number])[] {
  return Array.from({ length: to - from + 1 }, (_, i) => [from + i, price] as const);
}
