// Codecs of variants, and of enums, options and results, which are variants in all but name:
// a discriminant, then the payload of the one case that holds.
// Flat, the cases share their core values: where they differ in type, values are widened
// or reinterpreted, as the tables below say.
// Spec: CanonicalABI.md `load_variant`, `store_variant`, `lift_flat_variant`, `lower_flat_variant`.

import type { Codec, CoreValue } from './codec.ts';
import type { LiftLowerContext } from './context.ts';
import { alignmentOf, casesOf, discriminantBytes, flatten, payloadOffset, sizeOf } from './layout.ts';
import { trap } from './trap.ts';
import type { CoreValType, ValType } from './types.ts';

type VariantType = ValType & { kind: 'variant' | 'enum' | 'option' | 'result' };

/** How the host sees a variant: which case and payload a value is, and the value of a case. */
interface Face {
  caseOf(value: never): number;
  payloadOf(value: never): unknown;
  valueOf(index: number, payload: unknown): unknown;
}

export function variantCodec(type: VariantType, payloads: readonly (Codec | null)[]): Codec {
  const names = casesOf(type).map((one) => one.name);
  return faceCodec(type, payloads, taggedFace(names));
}

export function resultCodec(type: VariantType, ok: Codec | null, err: Codec | null): Codec {
  return variantCodec(type, [ok, err]);
}

export function enumCodec(type: ValType & { kind: 'enum' }): Codec {
  const indexes = new Map(type.names.map((name, i) => [name, i]));
  return faceCodec(
    type,
    type.names.map(() => null),
    {
      caseOf: (value: string) => indexes.get(value) ?? refuse(type.names, value),
      payloadOf: () => undefined,
      valueOf: (index) => type.names[index],
    },
  );
}

export function optionCodec(type: ValType & { kind: 'option' }, some: Codec): Codec {
  const payloads = [null, some];
  // `undefined` inside `undefined` could not be told apart.
  if (type.some.kind === 'option') return faceCodec(type, payloads, taggedFace(['none', 'some']));
  return faceCodec(type, payloads, {
    caseOf: (value: unknown) => (value === undefined ? 0 : 1),
    payloadOf: (value) => value,
    valueOf: (_, payload) => payload,
  });
}

function taggedFace(names: readonly string[]): Face {
  const indexes = new Map(names.map((name, i) => [name, i]));
  return {
    caseOf: (value: { tag: string }) => indexes.get(value.tag) ?? refuse(names, value.tag),
    payloadOf: (value: { val?: unknown }) => value.val,
    valueOf: (index, payload) =>
      payload === undefined ? { tag: names[index] } : { tag: names[index], val: payload },
  };
}

function refuse(names: readonly string[], value: unknown): never {
  throw new TypeError(`${JSON.stringify(value)} is none of ${names.join(', ')}`);
}

function faceCodec(type: VariantType, payloads: readonly (Codec | null)[], face: Face): Codec {
  const cases = casesOf(type);
  const tagBytes = discriminantBytes(cases.length);
  const payloadAt = payloadOffset(cases);
  const flat = flatten(type);
  const [, ...joined] = flat;
  const arms = payloads.map((codec) => (codec === null ? null : flatArm(codec, joined)));
  const checked = (index: number) =>
    index < cases.length ? index : trap(`Discriminant ${index} of a type with ${cases.length} cases`);
  return {
    size: sizeOf(type),
    alignment: alignmentOf(type),
    flat,
    load: (cx, ptr) => {
      const index = checked(readTag(cx.memory.view, ptr, tagBytes));
      return face.valueOf(index, payloads[index]?.load(cx, ptr + payloadAt));
    },
    store: (cx: LiftLowerContext, ptr: number, value: never) => {
      const index = face.caseOf(value);
      writeTag(cx.memory.view, ptr, tagBytes, index);
      payloads[index]?.store(cx, ptr + payloadAt, face.payloadOf(value) as never);
    },
    lift: (cx, values, at) => {
      const index = checked((values[at] as number) >>> 0);
      return face.valueOf(index, arms[index]?.lift(cx, values, at + 1));
    },
    lower: (cx: LiftLowerContext, value: never, into: CoreValue[], at: number) => {
      const index = face.caseOf(value);
      into[at] = index;
      const arm = arms[index];
      const used = arm?.codec.flat.length ?? 0;
      arm?.lower(cx, face.payloadOf(value) as never, into, at + 1);
      for (let i = used; i < joined.length; i += 1) into[at + 1 + i] = joined[i] === 'i64' ? 0n : 0;
    },
  };
}

function readTag(view: DataView, ptr: number, bytes: 1 | 2 | 4): number {
  if (bytes === 1) return view.getUint8(ptr);
  return bytes === 2 ? view.getUint16(ptr, true) : view.getUint32(ptr, true);
}

function writeTag(view: DataView, ptr: number, bytes: 1 | 2 | 4, index: number): void {
  if (bytes === 1) view.setUint8(ptr, index);
  else if (bytes === 2) view.setUint16(ptr, index, true);
  else view.setUint32(ptr, index, true);
}

interface FlatArm {
  readonly codec: Codec;
  lift(cx: LiftLowerContext, values: readonly CoreValue[], at: number): unknown;
  lower(cx: LiftLowerContext, value: never, into: CoreValue[], at: number): void;
}

/** A case's payload among core values that are typed for all cases together. */
function flatArm(codec: Codec, joined: readonly CoreValType[]): FlatArm {
  const narrow = codec.flat.map((want, i) => NARROW[`${joined[i] as CoreValType} ${want}`]);
  const widen = codec.flat.map((have, i) => WIDEN[`${have} ${joined[i] as CoreValType}`]);
  if (narrow.every((convert) => convert === undefined)) {
    return { codec, lift: codec.lift, lower: codec.lower };
  }
  return {
    codec,
    lift: (cx, values, at) => {
      const own = narrow.map((convert, i) => {
        const value = values[at + i] as never;
        return convert === undefined ? value : convert(value);
      });
      return codec.lift(cx, own, 0);
    },
    lower: (cx, value, into, at) => {
      codec.lower(cx, value, into, at);
      widen.forEach((convert, i) => {
        if (convert !== undefined) into[at + i] = convert(into[at + i] as never);
      });
    },
  };
}

const scratch = new DataView(new ArrayBuffer(8));

function i32ToF32(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}

function f32ToI32(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
}

function i64ToF64(bits: bigint): number {
  scratch.setBigInt64(0, bits);
  return scratch.getFloat64(0);
}

function f64ToI64(value: number): bigint {
  scratch.setFloat64(0, value);
  return scratch.getBigInt64(0);
}

const low32 = (value: bigint) => Number(BigInt.asIntN(32, value));
const zeroExtend = (value: number) => BigInt(value >>> 0);

type Conversions = Readonly<Record<string, ((value: never) => CoreValue) | undefined>>;

/** From the joined type to the case's own. */
const NARROW: Conversions = {
  'i32 f32': i32ToF32,
  'i64 i32': low32,
  'i64 f32': (value: bigint) => i32ToF32(low32(value)),
  'i64 f64': i64ToF64,
};

/** From the case's own type to the joined one. */
const WIDEN: Conversions = {
  'f32 i32': f32ToI32,
  'i32 i64': zeroExtend,
  'f32 i64': (value: number) => zeroExtend(f32ToI32(value)),
  'f64 i64': f64ToI64,
};
