// What cannot be metered is refused, each with its place in the file, and all of it at once.

import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../toolchain/finding.ts';
import { findingOf } from '../../../toolchain/refusal.ts';
import { rewriteModule } from '../../../toolchain/rewrite.ts';
import { readModule } from '../../../toolchain/wasm/module.ts';
import { fromText } from '../../support/metered.ts';

/** Where the module begins in its component's file. */
const BASE = 1_000;

function findingsOf(bytes: Uint8Array): readonly Finding[] {
  expect(WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)).toBe(true);
  const result = findingOf(() => rewriteModule(readModule(bytes, BASE), BASE));
  if ('finding' in result) return [result.finding];
  return 'findings' in result.value ? result.value.findings : [];
}

/** The place of an instruction, by its bytes, which must be there once. */
function placeOf(bytes: Uint8Array, ...instruction: number[]): number {
  const at = Buffer.from(bytes).indexOf(Buffer.from(instruction));
  expect(Buffer.from(bytes).indexOf(Buffer.from(instruction), at + 1)).toBe(-1);
  return BASE + at;
}

const times = (count: number, text: string) => Array.from({ length: count }, () => text).join('\n');

describe('refused', () => {
  test('waiting for other threads, at its place, with a memory before it or not', async () => {
    const bytes = await fromText(`(module (memory 1)
      (func (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
      (func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))`);
    expect(findingsOf(bytes)).toEqual([
      {
        code: 'unsupported',
        message: expect.stringContaining('0xfe0001'),
        offset: placeOf(bytes, 0xfe, 0x01),
      },
    ]);
  });

  test.each([
    ['(type $s (struct)) (func (drop (struct.new $s)))'],
    ['(type $a (array i8)) (func (drop (array.new_default $a (i32.const 1000000))))'],
    ['(rec (type (func)) (type (struct)))'],
  ])('allocation under garbage collection: %s', async (fields) => {
    const [finding, ...more] = findingsOf(await fromText(`(module ${fields})`));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('garbage collection'),
    });
    expect(finding?.offset).toBeGreaterThan(BASE);
  });

  test.each(['wheeler:fuel', 'wheeler:checkpoint', 'wheeler:start'])(
    'an export with the name %s, which is the meter’s',
    async (name) => {
      const bytes = await fromText(`(module (global (export "${name}") (mut i32) (i32.const 1000000000)))`);
      expect(findingsOf(bytes)).toEqual([
        { code: 'unsupported', message: expect.stringContaining(name), offset: BASE },
      ]);
    },
  );

  test('growing an imported table, whose maximum is not known', async () => {
    const bytes = await fromText(`(module (import "a" "t" (table 0 funcref))
      (func (drop (table.grow 0 (ref.null func) (i32.const 1)))))`);
    expect(findingsOf(bytes)).toEqual([
      {
        code: 'unsupported',
        message: expect.stringContaining('imported table'),
        offset: placeOf(bytes, 0xfc, 0x0f),
      },
    ]);
  });

  test('a module that only its rewriting would make valid', async () => {
    // It writes a global that is not there, and that the meter would put there.
    const bytes = await fromText('(module (func (global.set 0 (i32.const 0x7fffffff))))');
    expect(WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)).toBe(false);
  });

  test('all that is wrong at once, in the order of the file', async () => {
    const wait = '(func (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))';
    const bytes = await fromText(`(module (memory 1) ${wait} (func) ${wait}
      (func (export "wheeler:fuel")))`);
    const findings = findingsOf(bytes);
    expect(findings.map(({ code }) => code)).toEqual(['unsupported', 'unsupported', 'unsupported']);
    expect(findings[2]?.offset).toBeGreaterThan(findings[1]?.offset as number);
  });
});

describe('what takes a compiler too long is refused', () => {
  test.each([
    ['too many locals for a function', `(func (local ${'i32 '.repeat(50_000)}))`, '50000, limit 49999'],
    [
      'many locals and many branches',
      `(func (local ${'i32 '.repeat(40_000)}) ${times(60, '(if (local.get 0) (then))')})`,
      '40000 locals times',
    ],
    [
      'many locals and what the meter itself puts in',
      `(func $f (local ${'i32 '.repeat(40_000)}) ${times(500, '(call $f)')})`,
      'too long to compile',
    ],
    [
      'blocks in blocks',
      `(func ${'(block '.repeat(10_000)} ${')'.repeat(10_000)})`,
      '10001 blocks, limit 10000',
    ],
    [
      'a function of more than a megabyte',
      `(func ${'(drop (i64.const -4611686018427387904))'.repeat(100_000)})`,
      'too large',
    ],
  ])('%s', async (_, fields, message) => {
    const findings = findingsOf(await fromText(`(module (memory 1) ${fields})`));
    expect(findings).toEqual([
      { code: 'limit', message: expect.stringContaining(message), offset: expect.any(Number) },
    ]);
  });

  test('where it is: the body in the file as it was sent', async () => {
    const bytes = await fromText(`(module (memory 1) (func (drop (i32.const 0x1234567)))
      (func (local ${'i32 '.repeat(50_000)})))`);
    const [finding] = findingsOf(bytes);
    expect(bytes.subarray((finding?.offset as number) - BASE).subarray(0, 4)).toEqual(
      Uint8Array.of(1, 0xd0, 0x86, 0x03), // one group, of 50,000
    );
  });

  test('but not what is large and harmless', async () => {
    const fields = `(func (local ${'i32 '.repeat(1_000)}) ${times(1_000, '(if (local.get 0) (then))')})`;
    expect(findingsOf(await fromText(`(module ${fields})`))).toEqual([]);
  });
});

describe('accepted, and valid when rewritten', () => {
  test.each([
    [
      'SIMD',
      '(memory 1) (func (result v128) (i8x16.relaxed_swizzle (v128.load (i32.const 0)) (v128.const i64x2 1 2)))',
    ],
    ['lanes', '(memory 1) (func (drop (v128.load8_lane 3 (i32.const 0) (v128.const i64x2 1 2))))'],
    ['several memories', '(memory 1) (memory 1) (func (result i32) (i32.load 1 offset=4 (i32.const 0)))'],
    [
      'atomics that do not wait',
      '(memory 1) (func (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1))) (atomic.fence))',
    ],
    ['constant expressions', '(global i32 (i32.add (i32.const 1) (i32.mul (i32.const 2) (i32.const 3))))'],
    [
      'typed references',
      '(func $f) (elem declare func $f) (func (block (br_on_null 0 (ref.func $f)) (drop)))',
    ],
    ['small integers as references', '(func (result i32) (i31.get_s (ref.i31 (i32.const 7))))'],
    ['tail calls', '(func $f (return_call $f))'],
    [
      'references to exceptions',
      '(tag $e) (func (block $c (result exnref) (try_table (catch_all_ref $c) (throw $e)) (unreachable)) (throw_ref))',
    ],
    [
      'many results',
      '(func (result i32 i64 f32 f64) (i32.const 1) (i64.const 2) (f32.const 3) (f64.const 4))',
    ],
    [
      'code that nobody reaches',
      '(func (loop (br 0)) (loop (br 0)) (drop (i32.add (unreachable) (i32.const 1))))',
    ],
    [
      'data and their number',
      '(memory 1) (data $d "x") (func (memory.init $d (i32.const 0) (i32.const 0) (i32.const 1)) (data.drop $d))',
    ],
  ])('%s', async (_, fields) => {
    const bytes = await fromText(`(module ${fields})`);
    expect(findingsOf(bytes)).toEqual([]);
    const result = rewriteModule(readModule(bytes, 0), 0);
    expect('bytes' in result && WebAssembly.validate(result.bytes as Uint8Array<ArrayBuffer>)).toBe(true);
  });
});
