// What decoding yields for components of the kinds that tools make: the link plan, whole.

import { describe, expect, test } from 'vitest';
import { witBinary } from '../../../toolchain/build/wit-binary.ts';
import { decoded } from './wat.ts';

/** A component of one core module that exports a memory, a realloc and what `functions` says. */
function component(functions: string, rest: string): string {
  return `(component
    (core module $m
      (memory (export "memory") 1)
      (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      ${functions})
    (core instance $i (instantiate $m))
    (alias core export $i "memory" (core memory $memory))
    (alias core export $i "realloc" (core func $realloc))
    ${rest})`;
}

const MEMORY = { kind: 'export', instance: 0, name: 'memory' };
const REALLOC = { kind: 'export', instance: 0, name: 'realloc' };

describe('decodeComponent() plans', () => {
  test('a lifted function with all its options', async () => {
    const { plan } = await decoded(
      component(
        '(func (export "run") (param i32 i32) (result i32) unreachable) (func (export "post") (param i32))',
        `(alias core export $i "post" (core func $post))
         (func (export "run") (param "in" string) (result (list u8))
           (canon lift (core func $i "run") string-encoding=utf16
             (memory $memory) (realloc $realloc) (post-return $post)))`,
      ),
    );
    expect(plan).toEqual({
      instances: [null],
      fused: [],
      resources: [],
      payloads: [],
      imports: [],
      modules: [{ memories: [{ pagesMin: 1, pagesMax: null }], segmentsEnd: 0, globals: 0, obstacle: null }],
      steps: [{ kind: 'instantiate', module: 0, args: [] }],
      exports: [
        {
          interface: null,
          name: 'run',
          type: {
            params: [{ name: 'in', type: { kind: 'string' } }],
            result: { kind: 'list', element: { kind: 'u8' } },
          },
          core: { params: ['i32', 'i32'], results: ['i32'] },
          func: { kind: 'export', instance: 0, name: 'run' },
          options: {
            instance: 0,
            encoding: 'utf16',
            memory: MEMORY,
            realloc: REALLOC,
            postReturn: { kind: 'export', instance: 0, name: 'post' },
          },
        },
      ],
    });
  });

  test('lowered functions, which a bundle passes to a module', async () => {
    const { plan } = await decoded(`(component
      (import "test:a/b@1.0.0" (instance $b
        (export "f" (func (param "x" f32) (result u64)))))
      (import "g" (func $g (param "x" char)))
      (core func $f (canon lower (func $b "f")))
      (core func $g' (canon lower (func $g)))
      (core module $m (import "env" "f" (func (param f32) (result i64))) (import "env" "g" (func (param i32))))
      (core instance $env (export "f" (func $f)) (export "g" (func $g')))
      (core instance (instantiate $m (with "env" (instance $env)))))`);
    const options = { instance: 0, encoding: 'utf8', memory: null, realloc: null, postReturn: null };
    expect(plan.imports).toEqual([
      {
        interface: 'test:a/b@1.0.0',
        name: 'f',
        type: { params: [{ name: 'x', type: { kind: 'f32' } }], result: { kind: 'u64' } },
      },
      { interface: null, name: 'g', type: { params: [{ name: 'x', type: { kind: 'char' } }], result: null } },
    ]);
    const lower = (index: number, params: string[], results: string[]) => ({
      kind: 'lower',
      import: index,
      core: { params, results },
      options,
    });
    expect(plan.steps).toEqual([
      {
        kind: 'bundle',
        items: [
          { name: 'f', sort: 'func', item: lower(0, ['f32'], ['i64']) },
          { name: 'g', sort: 'func', item: lower(1, ['i32'], []) },
        ],
      },
      { kind: 'instantiate', module: 0, args: [{ name: 'env', instance: 0 }] },
    ]);
  });

  test('items that were taken out of a bundle as what they are', async () => {
    const { plan } = await decoded(`(component
      (core module $m (table (export "t") 1 funcref) (global (export "g") i32 (i32.const 1))
        (tag (export "x") (param i32)) (memory (export "m") 1) (func (export "f")))
      (core instance $i (instantiate $m))
      (core instance $a
        (export "a" (table $i "t")) (export "b" (global $i "g")) (export "c" (tag $i "x"))
        (export "d" (memory $i "m")) (export "e" (func $i "f")))
      (core instance $b
        (export "a" (table $a "a")) (export "b" (global $a "b")) (export "c" (tag $a "c"))
        (export "d" (memory $a "d")) (export "e" (func $a "e"))))`);
    const item = (name: string) => ({ kind: 'export', instance: 0, name });
    expect(plan.steps[2]).toEqual({
      kind: 'bundle',
      items: [
        { name: 'a', sort: 'table', item: item('t') },
        { name: 'b', sort: 'global', item: item('g') },
        { name: 'c', sort: 'tag', item: item('x') },
        { name: 'd', sort: 'memory', item: item('m') },
        { name: 'e', sort: 'func', item: item('f') },
      ],
    });
  });

  test('imported resources once, under the interface that introduces them', async () => {
    const { plan } = await decoded(`(component
      (import "test:a/one" (instance $one
        (export "r" (type $r (sub resource)))
        (export "[constructor]r" (func (result (own $r))))))
      (alias export $one "r" (type $r))
      (import "test:a/two" (instance $two
        (alias outer 1 $r (type $outer))
        (export "s" (type $s (eq $outer)))
        (export "take" (func (param "s" (borrow $s))))))
      (core func (canon lower (func $one "[constructor]r")))
      (core func (canon lower (func $two "take")))
      (core func $drop (canon resource.drop $r))
      (core instance (export "drop" (func $drop))))`);
    expect(plan.resources).toEqual([{ kind: 'imported', interface: 'test:a/one', name: 'r' }]);
    expect(plan.imports.map(({ type }) => type)).toEqual([
      { params: [], result: { kind: 'own', resource: 0 } },
      { params: [{ name: 's', type: { kind: 'borrow', resource: 0 } }], result: null },
    ]);
    expect(plan.steps[0]).toEqual({
      kind: 'bundle',
      items: [{ name: 'drop', sort: 'func', item: { kind: 'resource-drop', resource: 0, instance: 0 } }],
    });
  });

  test('two imports of one instance type as two resources', async () => {
    const { plan } = await decoded(`(component
      (type $t (instance (export "r" (type (sub resource)))))
      (import "a" (instance (type $t)))
      (import "b" (instance (type $t))))`);
    expect(plan.resources).toEqual([
      { kind: 'imported', interface: 'a', name: 'r' },
      { kind: 'imported', interface: 'b', name: 'r' },
    ]);
  });

  test('an exported interface with a resource of its own, through the component that tools wrap it in', async () => {
    const bytes = await witBinary(
      'w',
      `package test:t@0.1.0;
       interface i {
         enum e { x, y }
         resource r { constructor(a: u32); get: func() -> string; make: static func(e: e) -> option<r>; }
         take: func(r: borrow<r>) -> e;
       }
       world w { export i; }`,
    );
    const { plan } = await decoded(bytes);
    expect(plan.resources).toEqual([
      { kind: 'local', name: 'r', dtor: expect.objectContaining({ kind: 'export' }), instance: 0 },
    ]);
    const handle = (kind: string) => ({ kind, resource: 0 });
    const e = { kind: 'enum', names: ['x', 'y'] };
    expect(
      plan.exports.map(({ interface: from, name, type, func }) => [from, name, type, func.kind]),
    ).toEqual([
      [
        'test:t/i@0.1.0',
        '[constructor]r',
        { params: [{ name: 'a', type: { kind: 'u32' } }], result: handle('own') },
        'export',
      ],
      [
        'test:t/i@0.1.0',
        '[method]r.get',
        { params: [{ name: 'self', type: handle('borrow') }], result: { kind: 'string' } },
        'export',
      ],
      [
        'test:t/i@0.1.0',
        '[static]r.make',
        { params: [{ name: 'e', type: e }], result: { kind: 'option', some: handle('own') } },
        'export',
      ],
      ['test:t/i@0.1.0', 'take', { params: [{ name: 'r', type: handle('borrow') }], result: e }, 'export'],
    ]);
  });

  test('all value types', async () => {
    const { plan } = await decoded(`(component
      (import "i" (instance $i
        (type $rec' (record (field "a" u8) (field "b-c" s64)))
        (export "rec" (type $rec (eq $rec')))
        (type $var' (variant (case "none") (case "some" $rec)))
        (export "var" (type $var (eq $var')))
        (type $flags' (flags "r" "w"))
        (export "flags" (type $flags (eq $flags')))
        (type $enum' (enum "x" "y"))
        (export "enum" (type $enum (eq $enum')))
        (export "f" (func
          (param "a" bool) (param "b" s8) (param "c" u16) (param "d" s32) (param "e" f64)
          (param "f" (tuple $rec $var)) (param "g" (option $flags)) (param "h" (list $enum))
          (result (result $rec (error string)))))))
      (core module $m (memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable))
      (core instance $m (instantiate $m))
      (core func (canon lower (func $i "f") (memory (core memory $m "m")) (realloc (core func $m "r")))))`);
    const rec = {
      kind: 'record',
      fields: [
        { name: 'a', type: { kind: 'u8' } },
        { name: 'b-c', type: { kind: 's64' } },
      ],
    };
    const variant = {
      kind: 'variant',
      cases: [
        { name: 'none', type: null },
        { name: 'some', type: rec },
      ],
    };
    expect(plan.imports[0]?.type).toEqual({
      params: [
        { name: 'a', type: { kind: 'bool' } },
        { name: 'b', type: { kind: 's8' } },
        { name: 'c', type: { kind: 'u16' } },
        { name: 'd', type: { kind: 's32' } },
        { name: 'e', type: { kind: 'f64' } },
        { name: 'f', type: { kind: 'tuple', types: [rec, variant] } },
        { name: 'g', type: { kind: 'option', some: { kind: 'flags', names: ['r', 'w'] } } },
        { name: 'h', type: { kind: 'list', element: { kind: 'enum', names: ['x', 'y'] } } },
      ],
      result: { kind: 'result', ok: rec, err: { kind: 'string' } },
    });
  });

  test('data that survives JSON', async () => {
    const { plan } = await decoded(await witBinary());
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});

describe('decodeComponent() flattens', () => {
  const shim = (type: string, params: string, results: string) => `(component
    (core module $m (memory (export "m") 1) (func (export "r") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "f") ${params} ${results} unreachable))
    (core instance $m (instantiate $m))
    ${type}
    (func (type $f) (canon lift (core func $m "f") (memory (core memory $m "m")) (realloc (core func $m "r")))))`;

  test.each([
    ['16 parameters flat', `(type $f (func ${params(16)}))`, `(param ${'i32 '.repeat(16)})`, ''],
    ['17 parameters in memory', `(type $f (func ${params(17)}))`, '(param i32)', ''],
    ['a result of two values in memory', '(type $f (func (result string)))', '', '(result i32)'],
    [
      'cases of unlike types to the type that holds both',
      '(type $v (variant (case "a" f32) (case "b" u32) (case "c" f64))) (type $f (func (param "v" $v)))',
      '(param i32 i64)',
      '',
    ],
    [
      'f32 and i32 to i32',
      '(type $v (result f32 (error char))) (type $f (func (param "v" $v)))',
      '(param i32 i32)',
      '',
    ],
    ['f32 alone to f32', '(type $v (option f32)) (type $f (func (param "v" $v)))', '(param i32 f32)', ''],
    [
      'a shorter case than another',
      '(type $v (result (tuple u8 s64) (error string))) (type $f (func (param "v" $v)))',
      '(param i32 i32 i64)',
      '',
    ],
  ])('%s', async (_, type, params, results) => {
    expect((await decoded(shim(type, params, results))).plan.steps).toHaveLength(1);
  });
});

function params(count: number): string {
  return Array.from({ length: count }, (_, index) => `(param "p${index}x" u8)`).join(' ');
}
