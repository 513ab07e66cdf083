// What is valid but not linked is refused under its name, and what is too large to check in time
// is refused as that.

import { describe, expect, test } from 'vitest';
import { decodeComponent } from '../../../toolchain/component/decode.ts';
import { Writer } from '../../../toolchain/wasm/writer.ts';
import { refusal, wat } from './wat.ts';

const F = '(import "f" (func $f))';

const CASES: readonly (readonly [feature: string, message: string, body: string])[] = [
  ['maps', 'Maps', '(type (map string u8))'],
  ['lists of fixed length', 'Lists of fixed length', '(type (list u8 4))'],
  ['component types', 'Component types', '(type (component))'],
  ['core module types', 'Core module types', '(core type (module))'],
  ['values', 'values of the component model', '(import "v" (value string))'],
  ['imported modules', 'Core module types', '(import "m" (core module))'],
  ['imported components', 'Component types', '(import "c" (component))'],
  ['exported modules', 'core modules is not supported', '(core module $m) (export "m" (core module $m))'],
  ['exported components', 'components is not supported', '(component $c) (export "c" (component $c))'],
  [
    'components given to components',
    'components is not supported',
    '(component $a) (component $c) (instance (instantiate $c (with "x" (component $a))))',
  ],
  [
    'instances within instances',
    'Instances within instances',
    '(import "a" (instance $i)) (instance (export "b" (instance $i)))',
  ],
  [
    'instances within imported instances',
    'Instances within instances',
    '(import "a" (instance (export "b" (instance))))',
  ],
  [
    'exported function types',
    'Exporting a function type',
    '(component (type $t (func)) (export "t" (type $t)))',
  ],
  ['64-bit resources', 'represented by i64', '(type (resource (rep i64)))'],
  ['threads', 'Threads are not supported', '(core func (canon thread.index))'],
  ['64-bit context', 'Context of type i64', '(core func (canon context.get i64 0))'],
  ['dependencies by URL', 'refers to another component', '(import "url=<https://x.y>" (func))'],
  ['functions with the name of an interface', 'has the name of an interface', '(import "a:b/c" (func))'],
  ['exported imports', "not one of the component's own code", `${F} (export "g" (func $f))`],
  [
    'exported imported instances',
    "not one of the component's own code",
    '(import "a" (instance $a (export "f" (func)))) (export "b" (instance $a))',
  ],
  ['64-bit memories', '64-bit indices', '(core module (memory i64 1))'],
  ['shared memories', 'Shared memories', '(core module (memory 1 1 shared))'],
  ['garbage collection', 'garbage collection', '(core module (type (struct)))'],
];

describe('decodeComponent() refuses as unsupported', () => {
  test.each(CASES)('%s', async (_, message, body) => {
    const bytes = await wat(`(component ${body})`);
    const finding = await refusal(bytes);
    expect(finding).toMatchObject({ code: 'unsupported', message: expect.stringContaining(message) });
    expect(finding.offset).toBeGreaterThanOrEqual(8);
    expect(finding.offset).toBeLessThan(bytes.length);
  });

  test.each([
    ['start functions', 9, 'Start functions'],
    ['value definitions', 12, 'Values'],
  ])('%s', async (_, id, message) => {
    const bytes = new Writer()
      .raw(await wat('(component)'))
      .section(id, Uint8Array.from([0, 0, 0]))
      .finish();
    expect(await refusal(bytes)).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(message),
    });
  });
});

/** Types `0` to `count - 1`, each a tuple of two of the one before, in one section of a component. */
function doubling(count: number, ...more: string[]): string {
  const types = Array.from({ length: count }, (_, index) => `(type (tuple ${index} ${index}))`);
  return `(component (type (tuple u8 u8)) ${types.join(' ')} ${more.join(' ')})`;
}

describe('decodeComponent() bounds its work', () => {
  const inTime = async (text: string | Uint8Array, msMax = 2_000) => {
    const bytes = typeof text === 'string' ? await wat(text) : text;
    const start = performance.now();
    const result = decodeComponent(bytes);
    expect(performance.now() - start).toBeLessThan(msMax);
    return 'findings' in result ? result.findings[0] : undefined;
  };

  test('on types that are exponential when written out', async () => {
    expect(await inTime(doubling(40))).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('too large'),
    });
  });

  test('on many uses of a large type', async () => {
    const uses = Array.from({ length: 400 }, (_, index) => `(import "f${index}x" (func (param "a" 17)))`);
    expect(await inTime(doubling(17, ...uses))).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('too complex types'),
    });
  });

  test('on a plan that is large when written out', async () => {
    const imports = Array.from(
      { length: 5 },
      (_, index) => `(import "f${index}x" (func $f${index} (param "a" 16)))`,
    );
    const lowers = Array.from(
      { length: 5 },
      (_, index) => `(core func (canon lower (func $f${index}) (memory $m)))`,
    );
    const core =
      '(core module $m (memory (export "m") 1)) (core instance $i (instantiate $m)) (alias core export $i "m" (core memory $m))';
    const text = doubling(16, core, ...imports, ...lowers);
    expect(await inTime(text)).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('too large types'),
    });
  });

  test('on deeply nested value types', async () => {
    const types = Array.from({ length: 120 }, (_, index) => `(type (list ${index}))`);
    expect(await inTime(`(component (type (list u8)) ${types.join(' ')})`)).toMatchObject({ code: 'limit' });
  });

  test('on deeply nested instance types', async () => {
    const depth = 100_000;
    const nested = new Writer();
    for (let level = 0; level < depth; level++) nested.raw(Uint8Array.from([0x01, 0x42, 0x01]));
    const contents = new Writer()
      .raw(Uint8Array.from([1, 0x42, 1]))
      .raw(nested.finish())
      .finish();
    const bytes = new Writer()
      .raw(await wat('(component)'))
      .section(7, contents)
      .finish();
    expect(await inTime(bytes)).toMatchObject({
      code: 'limit',
      message: expect.stringContaining('nested more than'),
    });
  });

  test('on long names that look almost right', async () => {
    for (const name of [
      `a${'-0'.repeat(40_000)}!`,
      `a:b/c@1.0.0-${'0a.'.repeat(30_000)}!`,
      `${'a-'.repeat(45_000)}`,
    ]) {
      expect(await inTime(`(component (import "${name}" (func)))`)).toMatchObject({ code: 'malformed' });
    }
  });

  const many = (count: number, text: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => text(index)).join(' ');

  test.each([
    [
      'instances of a component with many exports',
      `(component $c (type $t (list u8)) ${many(8_000, (i) => `(export "e${i}x" (type $t))`)})
       ${many(999, () => '(instance (instantiate $c))')}`,
    ],
    [
      'instances of a component that exports a large instance',
      `(component $c (type $t (list u8)) (instance $i ${many(8_000, (i) => `(export "e${i}x" (type $t))`)})
         (export "i" (instance $i)))
       ${many(999, () => '(instance (instantiate $c))')}`,
    ],
    [
      'imports of a large instance type',
      `(type $t (instance (export "r" (type (sub resource))) ${many(8_000, (i) => `(export "e${i}x" (func))`)}))
       ${many(2_000, (i) => `(import "i${i}x" (instance (type $t)))`)}`,
    ],
    [
      'instances of a module with many imports',
      `(core module $a (func $f) ${many(8_000, (i) => `(export "${i}" (func $f))`)})
       (core module $b ${many(8_000, (i) => `(import "a" "${i}" (func))`)})
       (core instance $a (instantiate $a))
       ${many(998, () => '(core instance (instantiate $b (with "a" (instance $a))))')}`,
    ],
    [
      'exports of a large type',
      `(type $e (list u8)) (type $t (tuple ${'$e '.repeat(9_000)}))
       (instance $i (export "t" (type $t)))
       ${many(2_000, (i) => `(export "i${i}x" (instance $i))`)}`,
    ],
    [
      'names of a large type',
      `(type $e (list u8)) (type $t (tuple ${'$e '.repeat(9_000)}))
       (instance ${many(2_000, (i) => `(export "t${i}x" (type $t))`)})
       ${many(2_000, (i) => `(import "f${i}x" (func (param "a" $t)))`)}`,
    ],
  ])('on many %s', async (_, body) => {
    expect(await inTime(`(component ${body})`, 5_000)).toMatchObject({ code: 'limit' });
  });

  test('on many definitions, of which half a million are too many', async () => {
    const section = new Writer().u32(250_000);
    for (let index = 0; index < 250_000; index++) section.u8(0x76);
    const contents = section.finish();
    const writer = new Writer().raw(await wat('(component)'));
    for (let sections = 0; sections < 20; sections++) writer.section(7, contents);
    expect(await inTime(writer.finish(), 10_000)).toMatchObject({
      code: 'limit',
      offset: expect.any(Number),
    });
  });
});
