// Core values that are no values of their type, or are written in an unusual way, each as a
// result of an export and as a parameter of an import. What must come of it is taken from the
// specification. What points into memory is in abi-cases-memory.ts.
// Guest: guests/behaviours/abi/values. Spec: CanonicalABI.md "Loading", "Flat Lifting".

import type { AbiCase, Note } from './abi-case.ts';
import type { Host } from './runtime.ts';
import { show } from './show.ts';

export const VALUES_CALLS = 'abi:values/calls';

/** Where the cases put what a `give` function is to return a pointer to. */
export const AREA = 1024;

const TAKEN =
  'bool u8 s8 u16 s16 u32 s32 char choice bits maybe mixed string bytes wides bools chars texts many';

export function valuesHost(note: Note): Host {
  const takes = TAKEN.split(' ').map((type) => [
    `take-${type}`,
    (...args: unknown[]) => note(`${type} ${args.map(show).join(' ')}`),
  ]);
  const functions = {
    ...Object.fromEntries(takes),
    'get-pair': () => [1n, 2],
    'get-text': () => 'text',
  };
  return { 'abi:values/host': { functions } };
}

export type Ends = AbiCase['ends'];
export const value = (expected: unknown): Ends => ({ with: expected });

/** One core value, as the result and as the parameter. */
function core(type: string, bits: number, ends: Ends): AbiCase[] {
  const hex = `0x${bits.toString(16)}`;
  return [
    { name: `${hex} as the result ${type}`, ends, run: (call) => call(`give-${type}`, bits) },
    {
      name: `${hex} as the parameter ${type}`,
      ends: passed(ends),
      run: (call) => call(`pass-${type}`, bits),
    },
  ];
}

/** What a parameter is shows in the host's note, which both runtimes' transcripts hold. */
function passed(ends: Ends): Ends {
  return ends === 'trap' ? ends : value(undefined);
}

export const SCALAR_CASES: readonly AbiCase[] = [
  core('bool', 0, value(false)),
  core('bool', 1, value(true)),
  core('bool', 2, value(true)),
  core('bool', 0x8000_0000, value(true)),
  core('bool', 0xffff_ff00, value(true)),
  core('u8', 0xffff_ff80, value(0x80)),
  core('u8', 0x100, value(0)),
  core('s8', 0x80, value(-128)),
  core('s8', 0xffff_ff7f, value(127)),
  core('u16', 0xffff_8000, value(0x8000)),
  core('u16', 0x1_0001, value(1)),
  core('s16', 0x8000, value(-32768)),
  core('s16', 0xffff_7fff, value(32767)),
  core('u32', 0xffff_ffff, value(0xffff_ffff)),
  core('s32', 0xffff_ffff, value(-1)),
  core('char', 0x10_ffff, value('\u{10ffff}')),
  core('char', 0xd7ff, value('\ud7ff')),
  core('char', 0xe000, value('\ue000')),
  core('char', 0xd800, 'trap'),
  core('char', 0xdfff, 'trap'),
  core('char', 0x11_0000, 'trap'),
  core('char', 0xffff_ffff, 'trap'),
  core('choice', 2, value('third')),
  core('choice', 3, 'trap'),
  core('choice', 0x100, 'trap'),
  core('choice', 0xffff_ffff, 'trap'),
  core('bits', 0xffff_ffff, value(bits(0x1ff))),
  core('bits', 0xffff_fe02, value(bits(2))),
].flat();

function bits(set: number): Record<string, boolean> {
  return Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`b${i}`, ((set >> i) & 1) === 1]));
}

/** NaNs of every sort reach the host as the NaN that JavaScript has. */
export const FLOAT_CASES: readonly AbiCase[] = [
  ...[0x7fc0_0000, 0x7f80_0001, 0xffff_ffff].map(
    (nan): AbiCase => ({
      name: `f32 NaN 0x${nan.toString(16)}`,
      ends: value(Number.NaN),
      run: (call) => call('give-f32', nan),
    }),
  ),
  ...[0x7ff8_0000_0000_0000n, 0x7ff0_0000_0000_0001n, 0xffff_ffff_ffff_ffffn].map(
    (nan): AbiCase => ({
      name: `f64 NaN 0x${nan.toString(16)}`,
      ends: value(Number.NaN),
      run: (call) => call('give-f64', nan),
    }),
  ),
  {
    name: 'f32 subnormal keeps its bits',
    ends: value([Math.fround(1e-45), 1]),
    run: async (call) => {
      const small = await call('give-f32', 1);
      return [small, await call('bits-of-f32', small)];
    },
  },
  {
    name: 'f64 -0 keeps its sign',
    ends: value([-0, 0x8000_0000_0000_0000n]),
    run: async (call) => {
      const zero = await call('give-f64', 0x8000_0000_0000_0000n);
      return [zero, await call('bits-of-f64', zero)];
    },
  },
];

/** Lays `bytes` at `AREA` and lets the guest return the pointer. */
export function inMemory(name: string, type: string, bytes: readonly number[], ends: Ends): AbiCase {
  return {
    name: `${name} in memory`,
    ends,
    run: async (call) => {
      await call('poke', AREA, Uint8Array.from(bytes));
      return call(`give-${type}`, AREA);
    },
  };
}

export function flat(name: string, type: string, args: readonly unknown[], ends: Ends): AbiCase {
  return { name: `${name} flat`, ends: passed(ends), run: (call) => call(`pass-${type}`, ...args) };
}

export const le = (...words: readonly number[]): number[] =>
  words.flatMap((word) => [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24]);
const HIGH = 0xdead_beef_0000_0000n;

export const VARIANT_CASES: readonly AbiCase[] = [
  inMemory(
    'option of char: none with a char beside it',
    'maybe',
    [0, 9, 9, 9, ...le(0xd800)],
    value(undefined),
  ),
  inMemory('option of char: some with padding full of bits', 'maybe', [1, 9, 9, 9, ...le(0x41)], value('A')),
  inMemory('option of char: some of a surrogate', 'maybe', [1, 0, 0, 0, ...le(0xd800)], 'trap'),
  inMemory('option of char: discriminant 2', 'maybe', [2, 0, 0, 0, ...le(0x41)], 'trap'),
  flat('option of char: none with a char beside it', 'maybe', [0, 0xd800], value(undefined)),
  flat('option of char: some of a surrogate', 'maybe', [1, 0xd800], 'trap'),
  flat('option of char: discriminant 2', 'maybe', [2, 0x41], 'trap'),
  flat('option of char: discriminant 0x101', 'maybe', [0x101, 0x41], 'trap'),
  inMemory(
    'variant: last case',
    'mixed',
    [4, 0, 0, 0, 0, 0, 0, 0, ...le(0x3f80_0000, 0)],
    value({ tag: 'single', val: 1 }),
  ),
  inMemory('variant: one beyond the last case', 'mixed', [5, 0, 0, 0, 0, 0, 0, 0, ...le(0, 0)], 'trap'),
  inMemory('variant: discriminant 255', 'mixed', [255, 0, 0, 0, 0, 0, 0, 0, ...le(0, 0)], 'trap'),
  flat('variant: u8 in an i64 with high bits', 'mixed', [1, HIGH | 0x1_05n], value({ tag: 'byte', val: 5 })),
  flat(
    'variant: char in an i64 with high bits',
    'mixed',
    [2, HIGH | 0x41n],
    value({ tag: 'letter', val: 'A' }),
  ),
  flat('variant: a surrogate in an i64', 'mixed', [2, 0xd800n], 'trap'),
  flat(
    'variant: f32 in an i64 with high bits',
    'mixed',
    [4, HIGH | 0x3f80_0000n],
    value({ tag: 'single', val: 1 }),
  ),
  flat('variant: no payload, high bits', 'mixed', [0, HIGH], value({ tag: 'none' })),
  flat('variant: one beyond the last case', 'mixed', [5, 0n], 'trap'),
];
