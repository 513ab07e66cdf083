// Pointers, lists and strings that are right, just wrong, or far out: in memory as the result of
// an export, and flat as the parameter of an import. What must come of it is taken from the
// specification. Guest: guests/behaviours/abi/values.
// Spec: CanonicalABI.md `load_string_from_range`, `load_list_from_range`, `lift_flat_values`.

import type { AbiCase } from './abi-case.ts';
import { AREA, type Ends, flat, inMemory, le, value } from './abi-cases-values.ts';
import type { Encoding } from './abi-guest.ts';

/** Where the cases put what is pointed to. */
const DATA = 2048;
const MEMORY_BYTES = 65_536;

/** A list or string of `length` at `ptr`: as a result in memory and as flat parameters. */
function range(name: string, type: string, ptr: number, length: number, ends: Ends): AbiCase[] {
  return [inMemory(name, type, le(ptr, length), ends), flat(name, type, [ptr, length], ends)];
}

export const POINTER_CASES: readonly AbiCase[] = [
  range('list<u8> up to the last byte', 'bytes', MEMORY_BYTES - 2, 2, value([0, 0])),
  range('list<u8> one byte too far', 'bytes', MEMORY_BYTES - 1, 2, 'trap'),
  range('list<u8> of nothing at the end', 'bytes', MEMORY_BYTES, 0, value([])),
  range('list<u8> of nothing beyond the end', 'bytes', MEMORY_BYTES + 1, 0, 'trap'),
  range('list<u8> as long as 32 bits allow', 'bytes', 1, 0xffff_ffff, 'trap'),
  range('list<u8> at the highest pointer', 'bytes', 0xffff_ffff, 1, 'trap'),
  range('list<u64> up to the last byte', 'wides', MEMORY_BYTES - 8, 1, value([0n])),
  range('list<u64> misaligned', 'wides', DATA + 4, 1, 'trap'),
  range('list<u64> of nothing, misaligned', 'wides', DATA + 1, 0, 'trap'),
  range('list<u64> one element too far', 'wides', MEMORY_BYTES - 8, 2, 'trap'),
  range('list<u64> whose bytes overflow 32 bits to 8', 'wides', DATA, 0x2000_0001, 'trap'),
  range('list<u64> whose bytes overflow 32 bits to 0', 'wides', DATA, 0x2000_0000, 'trap'),
  range('list<string> misaligned', 'texts', DATA + 2, 1, 'trap'),
  range('list<string> of nothing beyond the end', 'texts', MEMORY_BYTES + 4, 0, 'trap'),
  range('list<string> one element too far', 'texts', MEMORY_BYTES - 8, 2, 'trap'),
  range('list<bool> out of bounds', 'bools', MEMORY_BYTES - 1, 2, 'trap'),
  ...['bytes', 'wides', 'texts', 'string'].map((type) =>
    giveAt(`pair of ${type} misaligned`, type, AREA + 2),
  ),
  ...['bytes', 'texts', 'string'].map((type) =>
    giveAt(`pair of ${type} across the end`, type, MEMORY_BYTES - 4),
  ),
  giveAt('record aligned to 4 where 8 is needed', 'padded', AREA + 4),
  giveAt('record across the end', 'padded', MEMORY_BYTES - 8),
  giveAt('record at the highest pointer', 'padded', 0xffff_fff8),
  giveAt('variant across the end', 'mixed', MEMORY_BYTES - 8),
  giveAt('option misaligned', 'maybe', AREA + 2),
  ...['pair', 'text'].flatMap((name) => [
    resultAt(`result ${name} of an import misaligned`, name, AREA + 2, 'trap'),
    resultAt(`result ${name} of an import across the end`, name, MEMORY_BYTES - 4, 'trap'),
    resultAt(`result ${name} of an import at the highest pointer`, name, 0xffff_fff8, 'trap'),
    resultAt(`result ${name} of an import in its place`, name, MEMORY_BYTES - 16, value(undefined)),
  ]),
  spilled('spilled parameters misaligned', AREA + 4, 'trap'),
  spilled('spilled parameters across the end', MEMORY_BYTES - 16, 'trap'),
  spilled('spilled parameters in their place', MEMORY_BYTES - 24, value(undefined)),
].flat();

function giveAt(name: string, type: string, at: number): AbiCase {
  return { name, ends: 'trap', run: (call) => call(`give-${type}`, at) };
}

function resultAt(name: string, result: string, at: number, ends: Ends): AbiCase {
  return { name, ends, run: (call) => call(`get-${result}-at`, at) };
}

function spilled(name: string, at: number, ends: Ends): AbiCase {
  return { name, ends, run: (call) => call('pass-many', at) };
}

/** Element values that are wrong or unusual. */
export const ELEMENT_CASES: readonly AbiCase[] = [
  elements(
    'list<bool> of bytes that are neither 0 nor 1',
    'bools',
    [0, 1, 2, 255],
    4,
    value([false, true, true, true]),
  ),
  elements('list<char> with a surrogate', 'chars', le(0x41, 0xd800), 2, 'trap'),
  elements('list<char> beyond Unicode', 'chars', le(0x41, 0x11_0000), 2, 'trap'),
  elements('list<string> with a pointer out of bounds', 'texts', le(DATA, 0, MEMORY_BYTES - 1, 2), 2, 'trap'),
].flat();

function elements(
  name: string,
  type: string,
  bytes: readonly number[],
  length: number,
  ends: Ends,
): AbiCase[] {
  return range(name, type, DATA, length, ends).map((one) => ({
    ...one,
    run: async (call) => {
      await call('poke', DATA, Uint8Array.from(bytes));
      return one.run(call);
    },
  }));
}

const UTF16 = 0x8000_0000;
const units = (text: string): number[] =>
  text.split('').flatMap((unit) => [unit.charCodeAt(0) & 0xff, unit.charCodeAt(0) >> 8]);

/** Strings, by the encoding that the guest declares. */
export const STRING_CASES: Readonly<Record<Encoding, readonly AbiCase[]>> = {
  utf8: [
    text('two bytes', [0xc3, 0xa4], 2, value('ä')),
    text('four bytes', [0xf0, 0x9f, 0x92, 0xa9], 4, value('💩')),
    text('a byte order mark is kept', [0xef, 0xbb, 0xbf, 0x41], 4, value('\ufeffA')),
    text('a NUL in the middle', [0x41, 0, 0x42], 3, value('A\0B')),
    text('an odd pointer', [0x41], 1, value('A'), DATA + 1),
    text('a continuation byte alone', [0x80], 1, 'trap'),
    text('a continuation byte alone in a long string', [...Array(40).fill(0x41), 0x80], 41, 'trap'),
    text('a sequence cut off', [0x41, 0xe2, 0x82], 3, 'trap'),
    text('an overlong sequence', [0xc0, 0x80], 2, 'trap'),
    text('a surrogate', [0xed, 0xa0, 0x80], 3, 'trap'),
    text('beyond Unicode', [0xf4, 0x90, 0x80, 0x80], 4, 'trap'),
    text('byte 0xff', [0xff], 1, 'trap'),
  ].flat(),
  utf16: [
    text('two units', units('aä'), 2, value('aä')),
    text('a pair of surrogates', units('💩'), 2, value('💩')),
    text('a byte order mark is kept', units('\ufeffA'), 2, value('\ufeffA')),
    text('the other byte order mark is no mark', units('\ufffeA'), 2, value('\ufffeA')),
    text('an odd pointer', units('A'), 1, 'trap', DATA + 1),
    text('nothing at an odd pointer', [], 0, 'trap', DATA + 1),
    text('a high surrogate alone', units('A\ud83d'), 2, 'trap'),
    text('a low surrogate alone', units('\udca9A'), 2, 'trap'),
    text('a pair the wrong way round', units('\udca9\ud83d'), 2, 'trap'),
    text('bytes that overflow 32 bits to 0', units('A'), UTF16, 'trap'),
  ].flat(),
  'latin1+utf16': [
    text('Latin-1', [0x41, 0xe4, 0xff, 0x80], 4, value('Aäÿ\x80')),
    text('UTF-16 by the tag', units('A€💩'), 4 + UTF16, value('A€💩')),
    text('UTF-16 by the tag, though Latin-1 would do', units('Aä'), 2 + UTF16, value('Aä')),
    text('nothing, tagged', [], UTF16, value('')),
    text('Latin-1 at an odd pointer', [0x41], 1, 'trap', DATA + 1),
    text('a high surrogate alone', units('\ud83d'), 1 + UTF16, 'trap'),
    text('tagged and out of bounds', [], 0xffff_ffff, 'trap'),
  ].flat(),
};

/** Strings that are wrong in every encoding, or right in each. */
export const ANY_STRING_CASES: readonly AbiCase[] = [
  text('nothing at the end of memory', [], 0, value(''), MEMORY_BYTES),
  text('nothing beyond the end of memory', [], 0, 'trap', MEMORY_BYTES + 2),
  text('across the end of memory', [], 3, 'trap', MEMORY_BYTES - 2),
  text('as long as possible', [], 0x7fff_ffff, 'trap'),
].flat();

function text(name: string, bytes: readonly number[], length: number, ends: Ends, at = DATA): AbiCase[] {
  return range(`string: ${name}`, 'string', at, length, ends).map((one) => ({
    ...one,
    run: async (call) => {
      await call('poke', Math.min(at, MEMORY_BYTES - bytes.length), Uint8Array.from(bytes));
      return one.run(call);
    },
  }));
}
