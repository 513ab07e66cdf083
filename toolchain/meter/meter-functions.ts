// The functions that the meter adds to a module: what charges call when a countdown has run out.
// Appended by insert.ts, behind all functions of the guest. The helpers of bulk operations come
// after them (bulk-helpers.ts).

import { OP } from '../wasm/opcodes.ts';
import type { ValueType } from '../wasm/types.ts';
import { CodeWriter } from './code-writer.ts';
import { notInlined } from './engine-budget.ts';

/** Where the meter's additions are in their index spaces. */
export interface MeterIndices {
  /** Global: the countdown. */
  readonly fuel: number;
  /** Global: a reference to what the host does at a checkpoint, of type `targetType`. */
  readonly target: number;
  /** Global, only of modules that grow memories: what was refused, in pages. */
  readonly growthRefused: number;
  /** Of a function that returns the fuel to go on with. */
  readonly targetType: number;
  /** Types of the appended functions, in their order. */
  readonly functionTypes: number;
  /** Functions, in this order. */
  readonly checkpoint: number;
  readonly pay: number;
  /** The function after them. */
  readonly next: number;
}

/** @param counts of what the module has without the meter, imports included */
export function meterIndices(counts: { types: number; globals: number; functions: number }): MeterIndices {
  const { types, globals, functions } = counts;
  return {
    fuel: globals,
    target: globals + 1,
    growthRefused: globals + 2,
    targetType: types,
    functionTypes: types + 1,
    checkpoint: functions,
    pay: functions + 1,
    next: functions + 2,
  };
}

interface Signature {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** Of what the host does at a checkpoint. */
export const TARGET_TYPE: Signature = { params: [], results: ['i32'] };
/** Of `checkpoint` and `pay`. */
export const METER_FUNCTION_TYPES: readonly Signature[] = [
  { params: [], results: [] },
  { params: ['i32'], results: [] },
];

/** Their bodies. */
export function meterFunctions(indices: MeterIndices): Uint8Array[] {
  return [checkpointBody(indices), payBody(indices)].map(notInlined);
}

/** checkpoint(): the host decides, and says with how much fuel to go on. */
function checkpointBody({ fuel, target, targetType }: MeterIndices): Uint8Array {
  const code = withoutLocals().op(OP.globalGet, target).op(OP.callRef, targetType);
  return code.op(OP.globalSet, fuel).end().finish();
}

/** pay(cost): takes it from the fuel. */
function payBody(indices: MeterIndices): Uint8Array {
  const code = withoutLocals().op(OP.globalGet, indices.fuel).get(0);
  takeFuel(indices, code);
  return code.end().finish();
}

/** Charges for `length`, a local, shifted right by `shift` or left where that is negative. */
export function chargeLength(indices: MeterIndices, code: CodeWriter, length: number, shift: number): void {
  code.op(OP.globalGet, indices.fuel).get(length);
  code.const(Math.abs(shift)).op(shift < 0 ? OP.i32Shl : OP.i32ShrU);
  takeFuel(indices, code);
}

/** The fuel and the amount are on the stack. */
function takeFuel({ fuel, checkpoint }: MeterIndices, code: CodeWriter): void {
  code.op(OP.i32Sub).op(OP.globalSet, fuel);
  code.op(OP.globalGet, fuel).const(0).op(OP.i32LtS).if().op(OP.call, checkpoint).end();
}

function withoutLocals(): CodeWriter {
  return new CodeWriter().u32(0);
}
