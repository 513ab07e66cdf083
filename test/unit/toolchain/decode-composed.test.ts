// Components inside of components: whose the core instances, functions and resources of the plan are, and
// what is still refused.

import { describe, expect, test } from 'vitest';
import { enteredBy } from '../../../abi/canonical/reentrance.ts';
import { decodeComponent } from '../../../toolchain/component/decode.ts';
import { decoded, refusal, wat } from './wat.ts';

const MODULE = '(core module $m (func (export "f") (param i32) (result i32) local.get 0))';
const THINGS = `(component $things
  (type $r (resource (rep i32)))
  ${MODULE}
  (core instance $i (instantiate $m))
  (core func $new (canon resource.new $r))
  (export $thing "thing" (type $r))
  (func $make (param "x" u32) (result (own $thing)) (canon lift (core func $i "f")))
  (export "make" (func $make)))`;

async function plan(body: string) {
  return (await decoded(await wat(`(component ${body})`))).plan;
}

describe('decodeComponent() plans', () => {
  test('each instance of a component with core instances and resources of its own, its module once', async () => {
    const { instances, modules, steps, resources } = await plan(
      `${THINGS} (instance (instantiate $things)) (instance (instantiate $things))`,
    );
    // The whole has no function.
    expect(instances).toEqual([null, 0, 0]);
    expect(modules).toHaveLength(1);
    expect(steps).toEqual([
      { kind: 'instantiate', module: 0, args: [] },
      { kind: 'instantiate', module: 0, args: [] },
    ]);
    expect(resources).toEqual([
      { kind: 'local', name: '', dtor: null, instance: 1 },
      { kind: 'local', name: '', dtor: null, instance: 2 },
    ]);
  });

  test('a call from one component to another, with the options of both', async () => {
    const { fused, steps } = await plan(`${THINGS}
      (instance $things (instantiate $things))
      (component $user
        (import "things" (instance $things
          (export "thing" (type $thing (sub resource)))
          (export "make" (func (param "x" u32) (result (own $thing))))))
        (core func $make (canon lower (func $things "make")))
        (core instance (export "make" (func $make))))
      (instance (instantiate $user (with "things" (instance $things))))`);
    expect(fused).toEqual([
      {
        type: { params: [{ name: 'x', type: { kind: 'u32' } }], result: { kind: 'own', resource: 0 } },
        core: { params: ['i32'], results: ['i32'] },
        func: { kind: 'export', instance: 0, name: 'f' },
        options: { instance: 1, encoding: 'utf8', memory: null, realloc: null, postReturn: null },
      },
    ]);
    expect(steps.at(-1)).toMatchObject({
      kind: 'bundle',
      items: [{ item: { kind: 'fused', callee: 0, options: { instance: 2 } } }],
    });
  });

  test('what the whole imports and hands on as an import of the whole', async () => {
    const { imports, fused, instances } = await plan(`
      (import "a" (instance $a (export "f" (func (param "x" u32)))))
      (component $user
        (import "b" (instance $b (export "f" (func (param "x" u32)))))
        (core func $f (canon lower (func $b "f")))
        (core instance (export "f" (func $f))))
      (instance (instantiate $user (with "b" (instance $a))))`);
    expect(imports).toMatchObject([{ interface: 'a', name: 'f' }]);
    expect(fused).toEqual([]);
    expect(instances).toEqual([null, 0]);
  });

  test('components in components, and modules and components of the one around it', async () => {
    const { instances, steps } = await plan(`
      ${MODULE}
      (component $inner (alias outer 1 $m (core module $m)) (core instance (instantiate $m))
        (core instance $i (instantiate $m))
        (func (export "f") (param "x" u32) (result u32) (canon lift (core func $i "f"))))
      (component $middle
        (alias outer 1 $inner (component $inner))
        (instance $a (instantiate $inner))
        (instance $b (instantiate $inner))
        (export "g" (func $a "f")))
      (instance $whole (instantiate $middle))`);
    expect(instances).toEqual([null, 0, 1, 1]);
    expect(steps).toHaveLength(4);
  });
});

test('enteredBy() leaves out what the caller is in already', () => {
  const parents = [null, 0, 0, 1];
  expect(enteredBy(parents, 3, null)).toEqual([3, 1, 0]);
  expect(enteredBy(parents, 3, 2)).toEqual([3, 1]);
  expect(enteredBy(parents, 0, 3)).toEqual([]);
  expect(enteredBy(parents, 3, 3)).toEqual([]);
});

describe('decodeComponent() refuses', () => {
  const chain = (depth: number): string => (depth === 0 ? '' : `(component ${chain(depth - 1)})`);

  test('components nested too deep', async () => {
    expect(await refusal(await wat(`(component ${chain(20)})`))).toMatchObject({ code: 'limit' });
    expect(decodeComponent(await wat(`(component ${chain(19)})`))).toHaveProperty('component');
  });

  test('instances that would be more than anybody can have, in time', async () => {
    const doubled = Array.from(
      { length: 18 },
      (_, i) => `(component $c${i + 1} (alias outer 1 $c${i} (component $c))
        (instance (instantiate $c)) (instance (instantiate $c)))`,
    );
    const bytes = await wat(`(component (component $c0 (core module $m) (core instance (instantiate $m)))
      ${doubled.join(' ')} (instance (instantiate $c18)))`);
    const start = performance.now();
    expect(await refusal(bytes)).toMatchObject({
      message: expect.stringContaining('Too many core instances'),
    });
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
