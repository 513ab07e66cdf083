// A text for each type, equal for equal types: whether an end of a stream is of the type that a
// built-in names is asked at every use. Types of one component only: resources are numbers there.
// Spec: CanonicalABI.md, `trap_if(e.shared.t != stream_t.t)`.

import type { ValType } from '../types.ts';

const keys = new WeakMap<ValType, string>();

export function typeKey(type: ValType | null): string {
  if (type === null) return '';
  let key = keys.get(type);
  if (key === undefined) {
    key = JSON.stringify(type);
    keys.set(type, key);
  }
  return key;
}
