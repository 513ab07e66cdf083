// Codecs of what is one core value: numbers, booleans, characters, flags; and of strings,
// which are two.
// Spec: CanonicalABI.md `load_int`, `convert_i32_to_bool`, `convert_i32_to_char`,
// `canonicalize_nan`, `unpack_flags_from_int`, `lift_flat_unsigned`.

import type { Codec, CoreValue } from './codec.ts';
import type { LiftLowerContext } from './context.ts';
import { flagsBytes } from './layout.ts';
import { camelCase } from './names.ts';
import { loadString, storeString } from './strings.ts';
import { trap } from './trap.ts';
import type { CoreValType, PrimitiveKind } from './types.ts';

interface Scalar {
  readonly size: number;
  readonly flat: CoreValType;
  read(view: DataView, ptr: number): CoreValue;
  write(view: DataView, ptr: number, core: never): void;
  /** A core value, in range or not, to the host's value. */
  fromCore(core: never): unknown;
  /** The host's value to a core value in the range of the type. */
  toCore(value: never): CoreValue;
}

const i8: Pick<Scalar, 'size' | 'flat' | 'read' | 'write'> = {
  size: 1,
  flat: 'i32',
  read: (view, ptr) => view.getUint8(ptr),
  write: (view, ptr, core: number) => view.setUint8(ptr, core),
};
const i16: typeof i8 = {
  size: 2,
  flat: 'i32',
  read: (view, ptr) => view.getUint16(ptr, true),
  write: (view, ptr, core: number) => view.setUint16(ptr, core, true),
};
const i32: typeof i8 = {
  size: 4,
  flat: 'i32',
  read: (view, ptr) => view.getUint32(ptr, true),
  write: (view, ptr, core: number) => view.setUint32(ptr, core, true),
};
const i64: typeof i8 = {
  size: 8,
  flat: 'i64',
  read: (view, ptr) => view.getBigUint64(ptr, true),
  write: (view, ptr, core: bigint) => view.setBigUint64(ptr, core, true),
};

const number = (convert: (value: number) => number) => ({
  fromCore: (core: number) => convert(core),
  toCore: (value: number) => convert(value),
});
const big = (convert: (value: bigint) => bigint) => ({
  fromCore: (core: bigint) => convert(core),
  toCore: (value: bigint) => convert(value),
});

const SCALARS: Record<Exclude<PrimitiveKind, 'string'>, Scalar> = {
  bool: { ...i8, fromCore: (core: number) => core !== 0, toCore: (value: boolean) => (value ? 1 : 0) },
  u8: { ...i8, ...number((value) => value & 0xff) },
  s8: { ...i8, ...number((value) => (value << 24) >> 24) },
  u16: { ...i16, ...number((value) => value & 0xffff) },
  s16: { ...i16, ...number((value) => (value << 16) >> 16) },
  u32: { ...i32, ...number((value) => value >>> 0) },
  s32: { ...i32, ...number((value) => value | 0) },
  u64: { ...i64, ...big((value) => BigInt.asUintN(64, value)) },
  s64: { ...i64, ...big((value) => BigInt.asIntN(64, value)) },
  // JavaScript has one NaN, so NaNs are canonical by themselves.
  f32: {
    size: 4,
    flat: 'f32',
    read: (view, ptr) => view.getFloat32(ptr, true),
    write: (view, ptr, core: number) => view.setFloat32(ptr, core, true),
    ...number(Math.fround),
  },
  f64: {
    size: 8,
    flat: 'f64',
    read: (view, ptr) => view.getFloat64(ptr, true),
    write: (view, ptr, core: number) => view.setFloat64(ptr, core, true),
    ...number((value) => value),
  },
  char: { ...i32, fromCore: charFromCore, toCore: (value: string) => charToCore(value) },
};

function charFromCore(core: number): string {
  const point = core >>> 0;
  if (point >= 0x110000 || (point >= 0xd800 && point <= 0xdfff)) trap(`Not a Unicode scalar value: ${point}`);
  return String.fromCodePoint(point);
}

function charToCore(value: string): number {
  const point = value.codePointAt(0);
  if (point === undefined || value.length !== String.fromCodePoint(point).length || !value.isWellFormed()) {
    throw new TypeError(`A char is one Unicode scalar value, not ${JSON.stringify(value)}`);
  }
  return point;
}

const scalarCodecs = new Map<string, Codec>();

export function scalarCodec(kind: Exclude<PrimitiveKind, 'string'>): Codec {
  const known = scalarCodecs.get(kind);
  if (known !== undefined) return known;
  const made = makeScalarCodec(SCALARS[kind]);
  scalarCodecs.set(kind, made);
  return made;
}

function makeScalarCodec(scalar: Scalar): Codec {
  const { size, read, write } = scalar;
  const fromCore = scalar.fromCore as (core: CoreValue) => unknown;
  const toCore = scalar.toCore as (value: unknown) => never;
  return {
    size,
    alignment: size,
    flat: [scalar.flat],
    load: (cx, ptr) => fromCore(read(cx.memory.view, ptr)),
    store: (cx, ptr, value) => write(cx.memory.view, ptr, toCore(value)),
    lift: (_, values, at) => fromCore(values[at] as CoreValue),
    lower: (_, value, into, at) => {
      into[at] = toCore(value);
    },
  };
}

export const stringCodec: Codec = {
  size: 8,
  alignment: 4,
  flat: ['i32', 'i32'],
  load: (cx, ptr) => {
    const view = cx.memory.view;
    return loadString(cx, view.getUint32(ptr, true), view.getUint32(ptr + 4, true));
  },
  store: (cx: LiftLowerContext, ptr: number, value: string) => {
    const stored = storeString(cx, value);
    const view = cx.memory.view;
    view.setUint32(ptr, stored.ptr, true);
    view.setUint32(ptr + 4, stored.length, true);
  },
  lift: (cx, values, at) => loadString(cx, (values[at] as number) >>> 0, (values[at + 1] as number) >>> 0),
  lower: (cx: LiftLowerContext, value: string, into: CoreValue[], at: number) => {
    const stored = storeString(cx, value);
    into[at] = stored.ptr;
    into[at + 1] = stored.length;
  },
};

export function flagsCodec(names: readonly string[]): Codec {
  const keys = names.map(camelCase);
  const size = flagsBytes(names.length);
  const unpack = (bits: number) =>
    Object.fromEntries(keys.map((key, bit) => [key, ((bits >>> bit) & 1) === 1]));
  const pack = (value: Readonly<Record<string, boolean>>) =>
    keys.reduce((bits, key, bit) => (value[key] === true ? bits | (1 << bit) : bits), 0) >>> 0;
  const { read, write } = { 1: i8, 2: i16, 4: i32 }[size];
  return {
    size,
    alignment: size,
    flat: ['i32'],
    load: (cx, ptr) => unpack(read(cx.memory.view, ptr) as number),
    store: (cx, ptr, value) => write(cx.memory.view, ptr, pack(value) as never),
    lift: (_, values, at) => unpack(values[at] as number),
    lower: (_, value, into, at) => {
      into[at] = pack(value);
    },
  };
}
