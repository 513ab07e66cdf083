// Sorts: which index space an index is for.
// Spec: component-model, design/mvp/Binary.md "Instance Definitions".

import { malformed } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';

const CORE_SORTS = new Map<number, CoreSort>([
  [0x00, 'core function'],
  [0x01, 'core table'],
  [0x02, 'core memory'],
  [0x03, 'core global'],
  [0x04, 'core tag'],
  [0x10, 'core type'],
  [0x11, 'core module'],
  [0x12, 'core instance'],
]);

const SORTS = new Map<number, Sort>([
  [0x01, 'func'],
  [0x02, 'value'],
  [0x03, 'type'],
  [0x04, 'component'],
  [0x05, 'instance'],
]);

export type CoreSort =
  | 'core function'
  | 'core table'
  | 'core memory'
  | 'core global'
  | 'core tag'
  | 'core type'
  | 'core module'
  | 'core instance';

export type Sort = CoreSort | 'func' | 'value' | 'type' | 'component' | 'instance';

export function readSort(reader: Reader): Sort {
  return reader.peek() === 0 ? readCoreAfterPrefix(reader) : lookUp(SORTS, reader);
}

export function readCoreSort(reader: Reader): CoreSort {
  return lookUp(CORE_SORTS, reader);
}

function readCoreAfterPrefix(reader: Reader): CoreSort {
  reader.u8();
  return readCoreSort(reader);
}

function lookUp<S extends Sort>(sorts: ReadonlyMap<number, S>, reader: Reader): S {
  const offset = reader.offset;
  const code = reader.u8();
  return sorts.get(code) ?? malformed(offset, `Unknown sort 0x${code.toString(16)}`);
}
