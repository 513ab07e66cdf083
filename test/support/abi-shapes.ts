// The signatures with which lifting and lowering are tested, grouped into one guest each.
// Every shape of type that the canonical ABI treats in its own way occurs as a parameter and
// as a result, flat and in memory. Resources are not here: see guests/behaviours/abi.
// Spec: component-model, design/mvp/CanonicalABI.md "Flattening".

import type { PrimitiveKind, ValType } from '../../abi/canonical/types.ts';

/** A function that the guest exports and imports with the same type. */
export interface Shape {
  readonly name: string;
  readonly params: readonly ValType[];
  readonly result: ValType | null;
}

export interface ShapeGroup {
  readonly name: string;
  readonly shapes: readonly Shape[];
}

const simple = (kind: PrimitiveKind): ValType => ({ kind });
const list = (element: ValType): ValType => ({ kind: 'list', element });
const option = (some: ValType): ValType => ({ kind: 'option', some });
const result = (ok: ValType | null, err: ValType | null): ValType => ({ kind: 'result', ok, err });
const tuple = (...types: ValType[]): ValType => ({ kind: 'tuple', types });
const record = (fields: Record<string, ValType>): ValType => ({
  kind: 'record',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});
const variant = (cases: Record<string, ValType | null>): ValType => ({
  kind: 'variant',
  cases: Object.entries(cases).map(([name, type]) => ({ name, type })),
});
const labels = (count: number): string[] => Array.from({ length: count }, (_, i) => `label-no${i}`);
const flags = (count: number): ValType => ({ kind: 'flags', names: labels(count) });
const enumeration = (count: number): ValType => ({ kind: 'enum', names: labels(count) });

const bool = simple('bool');
const u8 = simple('u8');
const u16 = simple('u16');
const u32 = simple('u32');
const u64 = simple('u64');
const s8 = simple('s8');
const s16 = simple('s16');
const s32 = simple('s32');
const s64 = simple('s64');
const f32 = simple('f32');
const f64 = simple('f64');
const char = simple('char');
const string = simple('string');
const SCALARS = [bool, u8, u16, u32, u64, s8, s16, s32, s64, f32, f64, char];

const POINT = record({ x: s16, y: f64, 'is-set': bool });
const NESTED = record({ tag: u8, point: POINT, pair: tuple(char, u64), label: string });
/** Cases of every flat type, so that each is joined with each other. */
const JOINED = variant({
  none: null,
  byte: u8,
  single: f32,
  wide: u64,
  double: f64,
  text: string,
  both: tuple(f32, f64),
});
const TREE = variant({ leaf: s32, 'two-leaves': tuple(s8, s64), row: list(option(u16)), named: NESTED });

/** A function `f(x: T) -> T`. */
function echo(name: string, type: ValType): Shape {
  return { name, params: [type], result: type };
}

function group(name: string, types: Record<string, ValType>): ShapeGroup {
  return { name, shapes: Object.entries(types).map(([key, type]) => echo(key, type)) };
}

export const TEXT_GROUP: ShapeGroup = group('text', {
  text: string,
  letter: char,
  texts: list(string),
  'texts-of-texts': list(list(string)),
  'maybe-text': option(string),
  'text-or-text': result(string, string),
  'text-in-record': record({ before: u8, text: string, after: string }),
  'text-in-variant': JOINED,
});

export const SHAPE_GROUPS: readonly ShapeGroup[] = [
  group('scalars', Object.fromEntries(SCALARS.map((type) => [`a-${type.kind}`, type]))),
  TEXT_GROUP,
  group('flags', Object.fromEntries([1, 8, 9, 16, 17, 32].map((count) => [`bits${count}`, flags(count)]))),
  group('enums', Object.fromEntries([1, 2, 256, 257].map((count) => [`choice${count}`, enumeration(count)]))),
  group('options', {
    'maybe-byte': option(u8),
    'maybe-wide': option(u64),
    'maybe-double': option(f64),
    'maybe-maybe': option(option(u8)),
    'maybe-bytes': option(list(u8)),
    'maybe-result': option(result(null, null)),
  }),
  group('results', {
    nothing: result(null, null),
    'ok-only': result(u8, null),
    'err-only': result(null, f64),
    'joined-32': result(u32, f32),
    'joined-64': result(u64, f32),
    'joined-text': result(f64, string),
    'in-result': result(result(u8, s64), result(null, char)),
    'of-option': result(option(u8), enumeration(3)),
  }),
  group('variants', {
    'one-case': variant({ only: null }),
    'one-value': variant({ only: f32 }),
    'int-or-float': variant({ int: u32, float: f32 }),
    'long-or-double': variant({ long: s64, double: f64 }),
    joined: JOINED,
    tree: TREE,
    'wide-tag': variant(Object.fromEntries(labels(300).map((name, i) => [name, i % 7 === 0 ? u8 : null]))),
  }),
  group('records', {
    'one-byte': record({ only: u8 }),
    point: POINT,
    nested: NESTED,
    padded: record({ a: u8, b: u64, c: u8, d: u32, e: u8, f: u16 }),
    'sixteen-flat': record(Object.fromEntries(labels(16).map((name, i) => [name, SCALARS[i % 12]!]))),
    'seventeen-flat': record(Object.fromEntries(labels(17).map((name, i) => [name, SCALARS[i % 12]!]))),
  }),
  group('tuples', {
    one: tuple(u8),
    rising: tuple(u8, u16, u32, u64),
    falling: tuple(f64, f32, s16, s8, bool),
    'in-tuple': tuple(tuple(u8, tuple(s64)), tuple(char, bool)),
    mixed: tuple(flags(9), enumeration(257), option(u64), list(u8), string),
  }),
  group('lists', {
    ...Object.fromEntries(SCALARS.map((type) => [`list-${type.kind}`, list(type)])),
    'list-text': list(string),
    'list-list': list(list(list(u16))),
    'list-record': list(NESTED),
    'list-tuple': list(tuple(u8, u64)),
    'list-option': list(option(u16)),
    'list-result': list(result(u64, string)),
    'list-variant': list(TREE),
    'list-flags9': list(flags(9)),
    'list-flags17': list(flags(17)),
    'list-enum256': list(enumeration(256)),
    'list-enum257': list(enumeration(257)),
  }),
  {
    name: 'signatures',
    shapes: [
      { name: 'no-params', params: [], result: u32 },
      { name: 'no-result', params: [u32], result: null },
      { name: 'nothing-at-all', params: [], result: null },
      { name: 'sixteen', params: Array.from({ length: 16 }, (_, i) => SCALARS[i % 12]!), result: u64 },
      { name: 'seventeen', params: Array.from({ length: 17 }, (_, i) => SCALARS[i % 12]!), result: f32 },
      { name: 'spilled', params: [POINT, string, JOINED, list(u8), TREE, option(string)], result: NESTED },
      { name: 'small-in-large-out', params: [u8], result: tuple(string, list(POINT)) },
    ],
  },
];
