// Memories become imports, tables get maxima, and nothing else changes.

import { print } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../../toolchain/refusal.ts';
import { importMemories, memoryFindings } from '../../../toolchain/wasm/import-memories.ts';
import { readModule } from '../../../toolchain/wasm/module.ts';
import { wat } from './wat.ts';

async function rewritten(text: string, pagesMax = 100): Promise<string> {
  const bytes = await wat(text);
  expect(WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)).toBe(true);
  const module = readModule(bytes, 0);
  expect(memoryFindings(module, 0, { pagesMax })).toEqual([]);
  const changed = importMemories(module, { pagesMax });
  expect(WebAssembly.validate(changed as Uint8Array<ArrayBuffer>)).toBe(true);
  return print(changed);
}

describe('importMemories()', () => {
  test('adds an import section after the types', async () => {
    const after = await rewritten(`(module
      (func (export "f") (result i32) (i32.load (i32.const 8)))
      (memory (export "memory") 1 2)
      (data (i32.const 8) "hi"))`);
    expect(after).toMatchInlineSnapshot(`
      "(module
        (type (;0;) (func (result i32)))
        (import "wheeler:memory" "0" (memory (;0;) 1 2))
        (export "f" (func 0))
        (export "memory" (memory 0))
        (func (;0;) (type 0) (result i32)
          i32.const 8
          i32.load
        )
        (data (;0;) (i32.const 8) "hi")
      )
      "
    `);
  });

  test('appends to the imports, so that imported memories keep their indices', async () => {
    const after = await rewritten(`(module
      (import "env" "m" (memory 1))
      (import "env" "f" (func (param i32)))
      (memory $a 2)
      (memory $b 3 500)
      (func (export "f") (call 0 (i32.load $b (i32.const 0))))
      (export "a" (memory $a)))`);
    expect(after).toMatchInlineSnapshot(`
      "(module
        (type (;0;) (func (param i32)))
        (type (;1;) (func))
        (import "env" "m" (memory (;0;) 1))
        (import "env" "f" (func (;0;) (type 0)))
        (import "wheeler:memory" "0" (memory $a (;1;) 2 100))
        (import "wheeler:memory" "1" (memory $b (;2;) 3 100))
        (export "f" (func 1))
        (export "a" (memory $a))
        (func (;1;) (type 1)
          i32.const 0
          i32.load $b
          call 0
        )
      )
      "
    `);
  });

  test('writes a maximum into every table that has none', async () => {
    const after = await rewritten(`(module
      (table 2 funcref)
      (table 3 7 externref)
      (func $f)
      (elem (i32.const 0) $f $f))`);
    expect(after).toMatchInlineSnapshot(`
      "(module
        (type (;0;) (func))
        (table (;0;) 2 100000 funcref)
        (table (;1;) 3 7 externref)
        (elem (;0;) (i32.const 0) func $f $f)
        (func $f (;0;) (type 0))
      )
      "
    `);
  });

  test('puts the import section first in a module without types', async () => {
    const after = await rewritten('(module (memory 0))');
    expect(after).toMatchInlineSnapshot(`
      "(module
        (import "wheeler:memory" "0" (memory (;0;) 0 100))
      )
      "
    `);
  });

  test('leaves a module without memories and tables as it is, byte for byte', async () => {
    const bytes = await wat(`(module
      (@custom "note" (after type) "x")
      (import "a" "b" (func (param i32) (result f64)))
      (global (mut i32) (i32.const -5))
      (global v128 (v128.const i32x4 1 2 3 4))
      (tag (param i32))
      (func (export "f") (drop (call 0 (i32.const 3)))))`);
    expect(importMemories(readModule(bytes, 0), { pagesMax: 1 })).toEqual(bytes);
  });

  test('keeps what a module computes', async () => {
    const bytes = await wat(`(module
      (memory 1)
      (data (i32.const 4) "\\2a")
      (func (export "f") (result i32) (i32.add (i32.load8_u (i32.const 4)) (memory.grow (i32.const 1)))))`);
    const changed = importMemories(readModule(bytes, 0), { pagesMax: 2 });
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 });
    const imports = { 'wheeler:memory': { 0: memory } };
    const instance = new WebAssembly.Instance(
      new WebAssembly.Module(changed as Uint8Array<ArrayBuffer>),
      imports,
    );
    expect((instance.exports.f as () => number)()).toBe(43);
    expect(memory.buffer.byteLength).toBe(2 * 65_536);
  });
});

describe('memoryFindings()', () => {
  const findings = async (text: string, pagesMax = 10) =>
    memoryFindings(readModule(await wat(text), 70), 70, { pagesMax });

  test('refuses imports from the name that is reserved for the host', async () => {
    expect(await findings('(module (import "wheeler:memory" "0" (memory 1)))')).toEqual([
      { code: 'unsupported', offset: 70, message: expect.stringContaining('reserved for the host') },
    ]);
  });

  test('refuses memories and tables that are too large, all at once', async () => {
    const text =
      '(module (memory 11) (table 100001 funcref) (table 1 100001 funcref) (table 0 100000 funcref))';
    expect(await findings(text)).toEqual([
      { code: 'limit', offset: 70, message: expect.stringContaining('11 pages') },
      { code: 'limit', offset: 70, message: expect.stringContaining('100001 elements, limit 100000') },
      { code: 'limit', offset: 70, message: expect.stringContaining('100001 elements, limit 100000') },
    ]);
  });
});

describe('readModule() refuses as unsupported', () => {
  test.each([
    ['64-bit memories', '(module (memory i64 1))', '64-bit'],
    ['64-bit tables', '(module (table i64 1 funcref))', '64-bit'],
    ['shared memories', '(module (memory 1 1 shared))', 'Shared'],
    ['imported shared memories', '(module (import "a" "b" (memory 1 1 shared)))', 'Shared'],
    ['custom page sizes', '(module (memory 1 (pagesize 1)))', 'custom page sizes'],
    ['struct types', '(module (type (struct)))', 'garbage collection'],
    ['recursive types', '(module (rec (type (func)) (type (func))))', 'garbage collection'],
    ['anyref', '(module (func (param anyref)))', 'garbage collection'],
    [
      'references to a type',
      '(module (type $t (func)) (global (ref null $t) (ref.null $t)))',
      'garbage collection',
    ],
    ['tables with initial values', '(module (table 1 funcref (ref.null func)))', 'initial value'],
  ])('%s', async (_, text, message) => {
    const bytes = await wat(text);
    let thrown: unknown;
    try {
      readModule(bytes, 5);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Refusal);
    const { finding } = thrown as Refusal;
    expect(finding).toMatchObject({ code: 'unsupported', message: expect.stringContaining(message) });
    expect(finding.offset).toBeGreaterThan(12);
    expect(finding.offset).toBeLessThan(bytes.length + 5);
  });
});
