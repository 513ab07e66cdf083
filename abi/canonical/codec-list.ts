// Codecs of lists: one block that the guest allocates, its elements side by side.
// list<u8> is copied whole; other lists go element by element.
// Spec: CanonicalABI.md `load_list`, `store_list`.

import type { Codec, CoreValue } from './codec.ts';
import type { LiftLowerContext } from './context.ts';
import { trap } from './trap.ts';
import type { ValType } from './types.ts';

const LIST_BYTES_MAX = 0x7fff_ffff;

export function listCodec(elementType: ValType, element: Codec): Codec {
  const { load, store } = elementType.kind === 'u8' ? byteList : elementList(element);
  return {
    size: 8,
    alignment: 4,
    flat: ['i32', 'i32'],
    load: (cx, ptr) => {
      const view = cx.memory.view;
      return load(cx, view.getUint32(ptr, true), view.getUint32(ptr + 4, true));
    },
    store: (cx: LiftLowerContext, ptr: number, value: List) => {
      const at = store(cx, value);
      const view = cx.memory.view;
      view.setUint32(ptr, at, true);
      view.setUint32(ptr + 4, value.length, true);
    },
    lift: (cx, values, at) => load(cx, (values[at] as number) >>> 0, (values[at + 1] as number) >>> 0),
    lower: (cx: LiftLowerContext, value: List, into: CoreValue[], at: number) => {
      into[at] = store(cx, value);
      into[at + 1] = value.length;
    },
  };
}

type List = ArrayLike<unknown>;

interface ListAccess {
  load(cx: LiftLowerContext, ptr: number, length: number): List;
  /** Returns the pointer. */
  store(cx: LiftLowerContext, value: List): number;
}

const byteList: ListAccess = {
  load: (cx, ptr, length) => {
    cx.memory.check(ptr, length, 1);
    const { bytes } = cx.memory;
    return cx.inPlace ? bytes.subarray(ptr, ptr + length) : bytes.slice(ptr, ptr + length);
  },
  store: (cx, value) => {
    const ptr = allocate(cx, 1, value.length);
    cx.memory.bytes.set(value as ArrayLike<number>, ptr);
    return ptr;
  },
};

function elementList(element: Codec): ListAccess {
  const { size, alignment } = element;
  const elementStore = element.store as (cx: LiftLowerContext, ptr: number, value: unknown) => void;
  return {
    load: (cx, ptr, length) => {
      cx.memory.check(ptr, length * size, alignment);
      const list = new Array<unknown>(length);
      for (let i = 0; i < length; i += 1) list[i] = element.load(cx, ptr + i * size);
      return list;
    },
    store: (cx, value) => {
      const ptr = allocate(cx, alignment, value.length * size);
      for (let i = 0; i < value.length; i += 1) elementStore(cx, ptr + i * size, value[i]);
      return ptr;
    },
  };
}

function allocate(cx: LiftLowerContext, alignment: number, byteLength: number): number {
  if (byteLength > LIST_BYTES_MAX) trap(`List is too long for the guest: ${byteLength} bytes`);
  return cx.allocate(alignment, byteLength);
}
