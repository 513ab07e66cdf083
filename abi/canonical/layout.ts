// How large a type is in memory, how it is aligned, and which core values it becomes when it
// is passed flat. Pure functions over types; every other file of this folder builds on them.
// Spec: CanonicalABI.md "Alignment", "Element Size", "Flattening".

import type { Case, CoreFuncType, CoreValType, FuncType, ValType } from './types.ts';

export const FLAT_PARAMS_MAX = 16;
export const FLAT_ASYNC_PARAMS_MAX = 4;
export const FLAT_RESULTS_MAX = 1;

/** Bytes; a power of two from 1 to 8. */
export function alignmentOf(type: ValType): number {
  switch (type.kind) {
    case 'bool':
    case 's8':
    case 'u8':
      return 1;
    case 's16':
    case 'u16':
      return 2;
    case 's64':
    case 'u64':
    case 'f64':
      return 8;
    case 'record':
      return Math.max(1, ...type.fields.map((field) => alignmentOf(field.type)));
    case 'tuple':
      return Math.max(1, ...type.types.map(alignmentOf));
    case 'flags':
      return flagsBytes(type.names.length);
    case 'variant':
    case 'enum':
    case 'option':
    case 'result': {
      const cases = casesOf(type);
      return Math.max(discriminantBytes(cases.length), payloadAlignment(cases));
    }
    default:
      return 4;
  }
}

/** Bytes, padded to the alignment. */
export function sizeOf(type: ValType): number {
  switch (type.kind) {
    case 'list':
    case 'string':
      return 8;
    case 'record':
      return sequenceSize(type.fields.map((field) => field.type));
    case 'tuple':
      return sequenceSize(type.types);
    case 'flags':
      return flagsBytes(type.names.length);
    case 'variant':
    case 'enum':
    case 'option':
    case 'result': {
      const cases = casesOf(type);
      const payload = Math.max(0, ...cases.map((one) => (one.type === null ? 0 : sizeOf(one.type))));
      return alignTo(payloadOffset(cases) + payload, alignmentOf(type));
    }
    default:
      return alignmentOf(type);
  }
}

/** The offset of each of `types` in a record or tuple. */
function offsetsOf(types: readonly ValType[]): number[] {
  let end = 0;
  return types.map((type) => {
    const at = alignTo(end, alignmentOf(type));
    end = at + sizeOf(type);
    return at;
  });
}

function sequenceSize(types: readonly ValType[]): number {
  const last = types.at(-1);
  if (last === undefined) return 0;
  const end = (offsetsOf(types).at(-1) ?? 0) + sizeOf(last);
  return alignTo(end, Math.max(1, ...types.map(alignmentOf)));
}

/** `enum`, `option` and `result` are variants in all but name. */
export function casesOf(type: ValType & { kind: 'variant' | 'enum' | 'option' | 'result' }): readonly Case[] {
  switch (type.kind) {
    case 'variant':
      return type.cases;
    case 'enum':
      return type.names.map((name) => ({ name, type: null }));
    case 'option':
      return [
        { name: 'none', type: null },
        { name: 'some', type: type.some },
      ];
    case 'result':
      return [
        { name: 'ok', type: type.ok },
        { name: 'err', type: type.err },
      ];
  }
}

export function discriminantBytes(caseCount: number): 1 | 2 | 4 {
  if (caseCount <= 0x100) return 1;
  return caseCount <= 0x10000 ? 2 : 4;
}

/** Where a variant's payload begins. */
export function payloadOffset(cases: readonly Case[]): number {
  return alignTo(discriminantBytes(cases.length), payloadAlignment(cases));
}

function payloadAlignment(cases: readonly Case[]): number {
  return Math.max(1, ...cases.map((one) => (one.type === null ? 1 : alignmentOf(one.type))));
}

/** Flags take 1, 2 or 4 bytes; none or more than 32 labels are not valid. */
export function flagsBytes(labelCount: number): 1 | 2 | 4 {
  if (labelCount <= 8) return 1;
  return labelCount <= 16 ? 2 : 4;
}

export function alignTo(at: number, alignment: number): number {
  return Math.ceil(at / alignment) * alignment;
}

/** The core values that a value of `type` becomes. */
export function flatten(type: ValType): CoreValType[] {
  switch (type.kind) {
    case 's64':
    case 'u64':
      return ['i64'];
    case 'f32':
      return ['f32'];
    case 'f64':
      return ['f64'];
    case 'list':
    case 'string':
      return ['i32', 'i32'];
    case 'record':
      return type.fields.flatMap((field) => flatten(field.type));
    case 'tuple':
      return type.types.flatMap(flatten);
    case 'variant':
    case 'enum':
    case 'option':
    case 'result':
      return ['i32', ...joinPayloads(casesOf(type))];
    default:
      return ['i32'];
  }
}

function joinPayloads(cases: readonly Case[]): CoreValType[] {
  const joined: CoreValType[] = [];
  for (const one of cases) {
    if (one.type === null) continue;
    flatten(one.type).forEach((flat, i) => {
      const before = joined[i];
      joined[i] = before === undefined ? flat : join(before, flat);
    });
  }
  return joined;
}

function join(a: CoreValType, b: CoreValType): CoreValType {
  if (a === b) return a;
  const narrow = (type: CoreValType) => type === 'i32' || type === 'f32';
  return narrow(a) && narrow(b) ? 'i32' : 'i64';
}

/** The signature of the core function behind a lifted (exported) or lowered (imported) function. */
export function flattenFunction(type: FuncType, direction: 'lift' | 'lower'): CoreFuncType {
  const params = type.params.flatMap((param) => flatten(param.type));
  const results = type.result === null ? [] : flatten(type.result);
  const flatParams: CoreValType[] = params.length > FLAT_PARAMS_MAX ? ['i32'] : params;
  if (results.length <= FLAT_RESULTS_MAX) return { params: flatParams, results };
  return direction === 'lift'
    ? { params: flatParams, results: ['i32'] }
    : { params: [...flatParams, 'i32'], results: [] };
}
