// The core signature that a component function has to core code: parameters and results as flat
// core values, or pointers to memory when they are too many.
// Spec: component-model, design/mvp/CanonicalABI.md "Flattening".

import type { CoreFuncType, CoreValType } from '../../abi/canonical/types.ts';
import { type FunctionType, partsOf, type Shape, type ValueType } from './types.ts';

const FLAT_PARAMS_MAX = 16;
const FLAT_ASYNC_PARAMS_MAX = 4;
const FLAT_RESULTS_MAX = 1;

export interface FlatFunction {
  readonly core: CoreFuncType;
  /** Parameters go through memory. */
  readonly paramsSpill: boolean;
  /** The result goes through memory. */
  readonly resultSpills: boolean;
}

/** How core code takes part: it calls the function, or is it; the asynchronous way, if so with a callback. */
export type Calling = 'lift' | 'lower' | 'async lift' | 'async lift with callback' | 'async lower';

export function flattenFunction({ params, result }: FunctionType, calling: Calling): FlatFunction {
  if (calling === 'async lower') return flattenAsyncLower(params, result);
  const direction = calling === 'lower' ? 'lower' : 'lift';
  const flatParams = flattenAll(params.map(({ type }) => type));
  const flatResult = result === null ? [] : flatten(result);
  const paramsSpill = flatParams.length > FLAT_PARAMS_MAX;
  const resultSpills = flatResult.length > FLAT_RESULTS_MAX;
  const coreParams: CoreValType[] = paramsSpill ? ['i32'] : [...flatParams];
  if (calling !== 'lift' && calling !== 'lower') {
    // The result goes through task.return.
    const results: CoreValType[] = calling === 'async lift with callback' ? ['i32'] : [];
    return { core: { params: coreParams, results }, paramsSpill, resultSpills: false };
  }
  let coreResults: readonly CoreValType[] = flatResult;
  if (resultSpills) {
    if (direction === 'lower') coreParams.push('i32');
    coreResults = direction === 'lower' ? [] : ['i32'];
  }
  return { core: { params: coreParams, results: coreResults }, paramsSpill, resultSpills };
}

function flattenAsyncLower(params: FunctionType['params'], result: ValueType | null): FlatFunction {
  const flatParams = flattenAll(params.map(({ type }) => type));
  const paramsSpill = flatParams.length > FLAT_ASYNC_PARAMS_MAX;
  const core: CoreValType[] = paramsSpill ? ['i32'] : flatParams;
  if (result !== null) core.push('i32');
  return { core: { params: core, results: ['i32'] }, paramsSpill, resultSpills: result !== null };
}

/** What `task.return` takes. */
export function flattenReturn(result: ValueType | null): FlatFunction {
  const flat = result === null ? [] : flatten(result);
  const paramsSpill = flat.length > FLAT_PARAMS_MAX;
  return { core: { params: paramsSpill ? ['i32'] : flat, results: [] }, paramsSpill, resultSpills: false };
}

/** Whether a value of this type has a part in memory: a string or a list. */
export function pointsToMemory(type: ValueType): boolean {
  const { shape } = type;
  let known = pointing.get(shape);
  if (known === undefined) {
    known = shape.kind === 'string' || shape.kind === 'list' || insideOf(shape).some(pointsToMemory);
    pointing.set(shape, known);
  }
  return known;
}

/** The parts of a value; what goes through a stream or future is no part of it. */
function insideOf(shape: Shape): readonly ValueType[] {
  return shape.kind === 'stream' || shape.kind === 'future' ? [] : partsOf(shape);
}

// Remembered by shape, which types under several names share.
const pointing = new WeakMap<Shape, boolean>();
const flattened = new WeakMap<Shape, readonly CoreValType[]>();

/** Cut off after one value more than parameters may have, as nothing needs more. */
function flatten(type: ValueType): readonly CoreValType[] {
  let known = flattened.get(type.shape);
  if (known === undefined) {
    known = flattenShape(type.shape).slice(0, FLAT_PARAMS_MAX + 1);
    flattened.set(type.shape, known);
  }
  return known;
}

function flattenAll(types: readonly ValueType[]): CoreValType[] {
  const flat: CoreValType[] = [];
  for (const type of types) {
    flat.push(...flatten(type));
    if (flat.length > FLAT_PARAMS_MAX) break;
  }
  return flat;
}

function flattenShape(shape: Shape): readonly CoreValType[] {
  switch (shape.kind) {
    case 's64':
    case 'u64':
      return ['i64'];
    case 'f32':
    case 'f64':
      return [shape.kind];
    case 'string':
    case 'list':
      return ['i32', 'i32'];
    case 'record':
    case 'tuple':
      return flattenAll(partsOf(shape));
    case 'variant':
    case 'option':
    case 'result':
      return ['i32', ...joined(partsOf(shape))];
    default:
      return ['i32'];
  }
}

/** One sequence that has room for each of the cases. */
function joined(cases: readonly ValueType[]): CoreValType[] {
  const flat: CoreValType[] = [];
  for (const each of cases) {
    for (const [index, type] of flatten(each).entries()) flat[index] = join(flat[index] ?? type, type);
  }
  return flat;
}

function join(left: CoreValType, right: CoreValType): CoreValType {
  if (left === right) return left;
  const narrow = (type: CoreValType) => type === 'i32' || type === 'f32';
  return narrow(left) && narrow(right) ? 'i32' : 'i64';
}
