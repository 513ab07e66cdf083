// Runs of values of one type in a guest's memory: what the buffers of streams and futures read
// and write. Bytes are copied whole. The range has been checked by whoever calls.
// Spec: CanonicalABI.md `load_list_from_valid_range`, `store_list_into_valid_range`.

import { codecOf } from '../codec.ts';
import type { ResourceHome } from '../codec-resource.ts';
import type { LiftLowerContext } from '../context.ts';
import type { ValType } from '../types.ts';
import { typeKey } from './type-key.ts';

/** Values on their way; of no type at all they are only counted. */
export type Values = ArrayLike<unknown>;

export interface ElementAccess {
  readonly key: string;
  readonly size: number;
  readonly alignment: number;
  /** Numbers may go from an instance to itself; of what has parts or handles that is refused. */
  readonly isNumber: boolean;
  load(cx: LiftLowerContext, ptr: number, count: number): Values;
  store(cx: LiftLowerContext, ptr: number, values: Values): void;
}

const NUMBERS = new Set(['u8', 'u16', 'u32', 'u64', 's8', 's16', 's32', 's64', 'f32', 'f64']);

export function elementAccess(type: ValType | null, homes: readonly ResourceHome[]): ElementAccess {
  const key = typeKey(type);
  if (type === null) return { ...NOTHING, key };
  if (type.kind === 'u8') return { ...BYTES, key };
  const codec = codecOf(type, homes);
  const { size, alignment } = codec;
  const store = codec.store as (cx: LiftLowerContext, ptr: number, value: unknown) => void;
  return {
    key,
    size,
    alignment,
    isNumber: NUMBERS.has(type.kind),
    load: (cx, ptr, count) => Array.from({ length: count }, (_, i) => codec.load(cx, ptr + i * size)),
    store: (cx, ptr, values) => {
      for (let i = 0; i < values.length; i += 1) store(cx, ptr + i * size, values[i]);
    },
  };
}

const NOTHING: Omit<ElementAccess, 'key'> = {
  size: 0,
  alignment: 1,
  isNumber: true,
  load: (_, __, count) => ({ length: count }),
  store: () => {},
};

const BYTES: Omit<ElementAccess, 'key'> = {
  size: 1,
  alignment: 1,
  isNumber: true,
  load: (cx, ptr, count) => cx.memory.bytes.slice(ptr, ptr + count),
  store: (cx, ptr, values) => cx.memory.bytes.set(values as ArrayLike<number>, ptr),
};
