// Codecs of records and tuples: their parts one after the other, each at its alignment.
// Spec: CanonicalABI.md `load_record`, `store_record`; a tuple is a record with numbers for names.

import type { Codec, CoreValue } from './codec.ts';
import type { LiftLowerContext } from './context.ts';
import { alignTo } from './layout.ts';
import { camelCase } from './names.ts';

export function recordCodec(fields: readonly { readonly name: string; readonly codec: Codec }[]): Codec {
  const keys = fields.map((field) => camelCase(field.name));
  const { codecs, offsets, flatOffsets, ...shape } = arrange(fields.map((field) => field.codec));
  return {
    ...shape,
    load: (cx, ptr) => {
      const record: Record<string, unknown> = {};
      for (let i = 0; i < codecs.length; i += 1) {
        record[keys[i] as string] = (codecs[i] as Codec).load(cx, ptr + (offsets[i] as number));
      }
      return record;
    },
    store: (cx: LiftLowerContext, ptr: number, value: Readonly<Record<string, never>>) => {
      for (let i = 0; i < codecs.length; i += 1) {
        (codecs[i] as Codec).store(cx, ptr + (offsets[i] as number), value[keys[i] as string] as never);
      }
    },
    lift: (cx, values, at) => {
      const record: Record<string, unknown> = {};
      for (let i = 0; i < codecs.length; i += 1) {
        record[keys[i] as string] = (codecs[i] as Codec).lift(cx, values, at + (flatOffsets[i] as number));
      }
      return record;
    },
    lower: (cx: LiftLowerContext, value: Readonly<Record<string, never>>, into: CoreValue[], at: number) => {
      for (let i = 0; i < codecs.length; i += 1) {
        (codecs[i] as Codec).lower(
          cx,
          value[keys[i] as string] as never,
          into,
          at + (flatOffsets[i] as number),
        );
      }
    },
  };
}

export function tupleCodec(parts: readonly Codec[]): Codec {
  const { codecs, offsets, flatOffsets, ...shape } = arrange(parts);
  return {
    ...shape,
    load: (cx, ptr) => codecs.map((codec, i) => codec.load(cx, ptr + (offsets[i] as number))),
    store: (cx: LiftLowerContext, ptr: number, value: readonly never[]) => {
      for (let i = 0; i < codecs.length; i += 1) {
        (codecs[i] as Codec).store(cx, ptr + (offsets[i] as number), value[i] as never);
      }
    },
    lift: (cx, values, at) =>
      codecs.map((codec, i) => codec.lift(cx, values, at + (flatOffsets[i] as number))),
    lower: (cx: LiftLowerContext, value: readonly never[], into: CoreValue[], at: number) => {
      for (let i = 0; i < codecs.length; i += 1) {
        (codecs[i] as Codec).lower(cx, value[i] as never, into, at + (flatOffsets[i] as number));
      }
    },
  };
}

function arrange(codecs: readonly Codec[]) {
  const offsets: number[] = [];
  const flatOffsets: number[] = [];
  let end = 0;
  let flatEnd = 0;
  let alignment = 1;
  for (const codec of codecs) {
    const offset = alignTo(end, codec.alignment);
    offsets.push(offset);
    flatOffsets.push(flatEnd);
    end = offset + codec.size;
    flatEnd += codec.flat.length;
    alignment = Math.max(alignment, codec.alignment);
  }
  const flat = codecs.flatMap((codec) => codec.flat);
  return { codecs, offsets, flatOffsets, size: alignTo(end, alignment), alignment, flat };
}
