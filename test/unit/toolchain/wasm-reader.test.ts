// LEB128, names and counts at their bounds.

import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../toolchain/refusal.ts';
import { Reader } from '../../../toolchain/wasm/reader.ts';
import { Writer } from '../../../toolchain/wasm/writer.ts';

const reader = (...bytes: number[]) => new Reader(Uint8Array.from(bytes));

describe('Reader reads unsigned LEB128', () => {
  test.each([
    [[0x00], 0],
    [[0x7f], 127],
    [[0x80, 0x01], 128],
    [[0x80, 0x00], 0],
    [[0xe5, 0x8e, 0x26], 624_485],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 0xffff_ffff],
    [[0x80, 0x80, 0x80, 0x80, 0x00], 0],
  ])('%j as %i', (bytes, value) => {
    const from = reader(...bytes);
    expect(from.u32()).toBe(value);
    expect(from.done).toBe(true);
  });

  test.each([
    ['unused bits', [0xff, 0xff, 0xff, 0xff, 0x1f], 'too large'],
    ['a sixth byte', [0x80, 0x80, 0x80, 0x80, 0x80, 0x00], 'too many bytes'],
    ['a cut number', [0x80], 'Unexpected end'],
    ['nothing', [], 'Unexpected end'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => reader(...bytes).u32()).toThrow(message);
  });

  test('u64 up to its maximum', () => {
    const ones = Array.from({ length: 9 }, () => 0xff);
    expect(reader(...ones, 0x01).u64()).toBe(2n ** 64n - 1n);
    expect(() => reader(...ones, 0x02).u64()).toThrow('too large');
    expect(() => reader(...ones, 0x81, 0x00).u64()).toThrow('too many bytes');
  });
});

describe('Reader reads signed LEB128', () => {
  test.each([
    [[0x7f], -1],
    [[0x40], -64],
    [[0x3f], 63],
    [[0xff, 0x00], 127],
    [[0xc0, 0xbb, 0x78], -123_456],
    [[0xff, 0xff, 0xff, 0xff, 0x07], 0x7fff_ffff],
    [[0x80, 0x80, 0x80, 0x80, 0x78], -0x8000_0000],
  ])('%j as %i', (bytes, value) => {
    expect(reader(...bytes).s32()).toBe(value);
  });

  test('s33 takes every index of 32 bits and no more', () => {
    expect(reader(0xff, 0xff, 0xff, 0xff, 0x0f).s33()).toBe(0xffff_ffff);
    expect(reader(0x80, 0x80, 0x80, 0x80, 0x70).s33()).toBe(-(2 ** 32));
    expect(() => reader(0xff, 0xff, 0xff, 0xff, 0x1f).s33()).toThrow('too large');
  });

  test('s64 at its bounds', () => {
    expect(reader(...Array.from({ length: 9 }, () => 0x80), 0x7f).s64()).toBe(-(2n ** 63n));
    expect(() => reader(...Array.from({ length: 9 }, () => 0x80), 0x7e).s64()).toThrow('too large');
  });
});

test('Reader takes names as UTF-8 and nothing else', () => {
  expect(reader(3, 0xef, 0xbb, 0xbf).name()).toBe('\ufeff');
  expect(reader(4, 0xf0, 0x9f, 0x98, 0x80).name()).toBe('😀');
  expect(() => reader(1, 0xff).name()).toThrow('UTF-8');
  expect(() => reader(3, 0xed, 0xa0, 0x80).name()).toThrow('UTF-8');
  expect(() => reader(2, 0xc0, 0x80).name()).toThrow('UTF-8');
  expect(() => reader(2, 0x61).name()).toThrow('Unexpected end');
  expect(() => reader(0xa1, 0x8d, 0x06).name()).toThrow('too long');
});

test('Reader bounds counts by what is left, before anything is allocated', () => {
  expect(() => reader(0xff, 0xff, 0x03).list(1_000_000, 'things', () => 0)).toThrow(
    'More things are announced',
  );
  expect(() => reader(0x05, 0, 0, 0, 0, 0).list(4, 'things', () => 0)).toThrow('Too many things: 5');
});

test('Reader tells offsets in the file, also inside a part', () => {
  const outer = new Reader(Uint8Array.from([0, 2, 1, 0x80, 9]), 1, 5, 100);
  const inner = outer.take(outer.u32());
  inner.u8();
  expect(inner.offset).toBe(103);
  let thrown: unknown;
  try {
    inner.u32();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Refusal);
  expect((thrown as Refusal).finding.offset).toBe(104);
  expect(outer.u8()).toBe(9);
});

test('Writer writes what Reader reads', () => {
  const numbers = [0, 1, 127, 128, 16_383, 16_384, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];
  const writer = new Writer();
  for (const number of numbers) writer.u32(number);
  writer.name('naïve ☃').section(3, Uint8Array.from([7, 8]));
  const back = new Reader(writer.finish());
  expect(numbers.map(() => back.u32())).toEqual(numbers);
  expect(back.name()).toBe('naïve ☃');
  expect([back.u8(), back.u32(), back.u8(), back.u8(), back.done]).toEqual([3, 2, 7, 8, true]);
});
