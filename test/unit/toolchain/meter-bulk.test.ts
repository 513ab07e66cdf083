// Bulk operations in pieces do what the plain instruction does: same bytes, same traps, and nothing
// written before a trap. Each case runs on the module as written and on the metered one.

import { describe, expect, test } from 'vitest';
import { fromText, type Instance, meteredInstance, plainInstance } from '../../support/metered.ts';

const PAGE = 65_536;
const PAGES = 20;
const END = PAGES * PAGE;
/** Larger than a piece, which is 256 KiB, and not a multiple of it. */
const LONG = 3 * 262_144 + 1_234;
const PIECE = 262_144;

const MEMORY_MODULE = await fromText(`(module
  (memory $a (export "a") ${PAGES} ${PAGES})
  (memory $b (export "b") ${PAGES} ${PAGES})
  (data $d "${'0123456789abcdef'.repeat(20_000)}")
  (func (export "fill") (param i32 i32 i32) (memory.fill $a (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fill-b") (param i32 i32 i32) (memory.fill $b (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (memory.copy $a $a (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy-b-a") (param i32 i32 i32) (memory.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy-a-b") (param i32 i32 i32) (memory.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32) (memory.init $a $d (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init-b") (param i32 i32 i32) (memory.init $b $d (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (data.drop $d)))`);

const ELEMENTS = 5_000;
const TABLE_MODULE = await fromText(`(module
  (type $number (func (result i32)))
  (table $t (export "t") ${ELEMENTS} 12000 funcref)
  (table $u (export "u") ${ELEMENTS} 12000 funcref)
  (table $x 10 3000 externref)
  (func $one (export "one") (result i32) (i32.const 1))
  (func $two (export "two") (result i32) (i32.const 2))
  (func $three (export "three") (result i32) (i32.const 3))
  (elem $e func ${'$one $two $three '.repeat(1_000)})
  (elem (table $t) (i32.const 7) func ${'$two $three $one $one '.repeat(700)})
  (func (export "fill") (param i32 i32 i32)
    (table.fill $t (local.get 0) (select (result funcref) (ref.func $one) (ref.null func) (local.get 1)) (local.get 2)))
  (func (export "copy") (param i32 i32 i32) (table.copy $t $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy-u-t") (param i32 i32 i32) (table.copy $u $t (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init") (param i32 i32 i32) (table.init $t $e (local.get 0) (local.get 1) (local.get 2)))
  (func (export "grow") (param i32 i32 i32) (result i32) (table.grow $t (ref.func $three) (local.get 0)))
  (func (export "grow-x") (param i32 i32 i32) (result i32) (table.grow $x (ref.null extern) (local.get 0)))
  (func (export "drop") (elem.drop $e)))`);

type Case = readonly [name: string, a: number, b: number, n: number];

/** What happened: the result or that it trapped, and what is in the memories and tables after it. */
function outcome(instance: Instance, [name, a, b, n]: Case): unknown[] {
  const run = instance.exports[name] as (a: number, b: number, n: number) => unknown;
  try {
    return ['returned', run(a, b, n)];
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return ['trapped'];
    throw error;
  }
}

function pattern(instance: Instance): void {
  for (const [k, memory] of instance.memories.entries()) {
    const words = new Uint32Array(memory.buffer);
    let x = 88_172_645 + k;
    for (let i = 0; i < words.length; i += 1) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
      words[i] = x;
    }
  }
}

describe('bulk operations on memories', () => {
  const plain = plainInstance(MEMORY_MODULE);
  const metered = meteredInstance(MEMORY_MODULE);

  const cases: Case[] = [
    ...[0, 1, 100, PIECE - 1, PIECE, PIECE + 1, LONG, END - 8].flatMap((n): Case[] => [
      ['fill', 8, 0x1a5, n],
      ['fill-b', 3, 7, n],
      ['copy', 8, 5, n],
      ['copy', 5, 8, n],
      ['copy', 0, END - n, n],
      ['copy', END - n, 0, n],
      ['copy', 4, 4, n],
      ['copy-b-a', 1, 2, n],
      ['copy-a-b', 2, 1, n],
    ]),
    // Destination and source a piece, or a little more or less, apart
    ...[PIECE - 1, PIECE, PIECE + 1].flatMap((apart): Case[] => [
      ['copy', 0, apart, LONG],
      ['copy', apart, 0, LONG],
    ]),
    ...[0, 1, PIECE, PIECE + 1, 320_000].flatMap((n): Case[] => [
      ['init', 3, 320_000 - n, n],
      ['init-b', 3, 0, n],
    ]),
    // Zero length at the end, and beyond it
    ...['fill', 'copy', 'init', 'copy-b-a'].flatMap((name): Case[] => [
      [name, END, 0, 0],
      [name, END + 1, 0, 0],
      [name, 0, END + 1, 0],
      [name, -1, 0, 0],
    ]),
    ['copy', 0, END, 0],
    ['init', 0, 320_000, 0],
    ['init', 0, 320_001, 0],
    // Out of bounds by one, by much, and by so much that the end wraps around
    ...[LONG, 5, 0x7fffffff, -1, -16].flatMap((n): Case[] => [
      ['fill', END - (n >>> 0 > END ? 4 : n) + 1, 9, n],
      ['copy', END - (n >>> 0 > END ? 4 : n) + 1, 0, n],
      ['copy', 0, END - (n >>> 0 > END ? 4 : n) + 1, n],
      ['copy-b-a', 0, END - (n >>> 0 > END ? 4 : n) + 1, n],
      ['init', 0, 1, n],
    ]),
    ['fill', -4, 9, 8],
    ['copy', -4, 0, 8],
    ['copy', 0, -4, 8],
    ['fill', -PIECE, 9, 2 * PIECE],
    ['copy', 16, -PIECE, 2 * PIECE],
    ['drop', 0, 0, 0],
    ['init', 0, 0, 1],
    ['init', 0, 0, PIECE + 1],
    ['init', 0, 0, 0],
  ];

  test.each(cases)('%s(%d, %d, %d)', (...one) => {
    pattern(plain);
    pattern(metered);
    expect(outcome(metered, one)).toEqual(outcome(plain, one));
    for (const [k, memory] of metered.memories.entries()) {
      const same = Buffer.compare(
        Buffer.from(memory.buffer),
        Buffer.from((plain.memories[k] as WebAssembly.Memory).buffer),
      );
      expect(same).toBe(0);
    }
  });

  test('look at the clock between their pieces', () => {
    const before = metered.looks;
    metered.exports.fill?.(0, 0, END);
    expect(metered.looks - before).toBeGreaterThanOrEqual(END / PIECE);
  });

  test('can be ended between their pieces', () => {
    let left = 2;
    const rude = meteredInstance(MEMORY_MODULE, {
      onLook() {
        left -= 1;
        return left < 0;
      },
    });
    expect(() => rude.exports.fill?.(0, 9, END)).toThrow(WebAssembly.RuntimeError);
    const filled = new Uint8Array((rude.memories[0] as WebAssembly.Memory).buffer);
    expect([filled[2 * PIECE - 1], filled[2 * PIECE]]).toEqual([9, 0]);
  });
});

describe('bulk operations on tables', () => {
  const big = 3_000;
  const cases: Case[] = [
    ...[0, 1, 1_023, 1_024, 1_025, big, ELEMENTS - 3].flatMap((n): Case[] => [
      ['fill', 3, 1, n],
      ['fill', 3, 0, n],
      ['copy', 0, 3, n],
      ['copy', 3, 0, n],
      ['copy-u-t', 1, 2, n],
      ['grow', n, 0, 0],
      ['grow-x', n, 0, 0],
    ]),
    ...[0, 1, 1_025, big].map((n): Case => ['init', 100, big - n, n]),
    ['fill', ELEMENTS, 1, 0],
    ['fill', ELEMENTS + 1, 1, 0],
    ['fill', ELEMENTS - big + 1, 1, big],
    ['fill', 5, 1, -2],
    ['copy', ELEMENTS - big + 1, 0, big],
    ['copy', 0, ELEMENTS - big + 1, big],
    ['copy', 0, -5, 10],
    ['init', 0, 1, big],
    ['init', ELEMENTS - big + 1, 0, big],
    ['grow', 7_000, 0, 0],
    ['grow', 7_001, 0, 0],
    ['grow', -1, 0, 0],
    ['grow-x', 2_990, 0, 0],
    ['grow-x', 2_991, 0, 0],
  ];

  test.each(cases)('%s(%d, %d, %d)', (...one) => {
    const plain = plainInstance(TABLE_MODULE);
    const metered = meteredInstance(TABLE_MODULE);
    expect(outcome(metered, one)).toEqual(outcome(plain, one));
    expect(contents(metered)).toEqual(contents(plain));
    expect(outcome(metered, ['drop', 0, 0, 0])).toEqual(['returned', undefined]);
    expect(outcome(metered, ['init', 0, 0, 1])).toEqual(['trapped']);
  });

  function contents(instance: Instance): unknown[] {
    const { t, u } = instance.exports as unknown as Record<string, WebAssembly.Table>;
    return [t, u].map((table) =>
      Array.from({ length: (table as WebAssembly.Table).length }, (_, i) => {
        const func = (table as WebAssembly.Table).get(i) as (() => number) | null;
        return func?.() ?? 0;
      }).join(''),
    );
  }
});
