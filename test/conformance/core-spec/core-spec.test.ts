// That the runner of the core specification's tests tells right from wrong; the tests themselves are run by
// `npm run conformance:core`, which says in CORE-SPEC.md what came of them.

import { expect, test } from 'vitest';
import { runScript } from './run-script.ts';

const MODULE = `(module $m (memory 1)
  (func (export "sum") (param i32 i64) (result i64) (i64.add (i64.extend_i32_u (local.get 0)) (local.get 1)))
  (func (export "nan") (result f32) (f32.const nan:0x200001))
  (func (export "lanes") (result v128) (v128.const i32x4 1 2 3 4))
  (func (export "same") (param externref) (result externref) (local.get 0))
  (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 1) (local.get 0))))`;

const counts = async (script: string) => {
  const { passed, failed, skipped } = await runScript(`${MODULE} ${script}`);
  return { passed, failed: failed.length, skipped: [...skipped.keys()] };
};

test.each([
  '(assert_return (invoke "sum" (i32.const -1) (i64.const 1)) (i64.const 0x1_0000_0000))',
  '(assert_return (invoke $m "nan") (f32.const nan:0x200001))',
  '(assert_return (invoke "lanes") (v128.const i8x16 1 0 0 0 2 0 0 0 3 0 0 0 4 0 0 0))',
  '(assert_return (invoke "same" (ref.extern 7)) (ref.extern 7))',
  '(assert_trap (invoke "fill" (i32.const 65537)) "out of bounds memory access")',
  '(assert_trap (module (func $start unreachable) (start $start)) "unreachable")',
  '(register "m" $m) (module (import "m" "nan" (func (result f32)))) (; (; nested ;) ;) ;; and a line',
])('%s passes', async (script) => {
  expect(await counts(script)).toEqual({ passed: 2, failed: 0, skipped: [] });
});

test.each([
  [
    '(assert_return (invoke "sum" (i32.const -1) (i64.const 1)) (i64.const 0))',
    'The engine does not pass it as it is',
  ],
  ['(assert_return (invoke "nan") (f32.const nan:canonical))', 'The engine does not pass it as it is'],
  ['(assert_return (invoke "same" (ref.extern 7)) (ref.extern 8))', 'The engine does not pass it as it is'],
  ['(assert_trap (invoke "nan") "unreachable")', 'The engine does not pass it as it is'],
  [
    '(module (type (struct)))',
    'Refused: Core types other than function types (garbage collection) are not supported',
  ],
  [
    '(assert_invalid (module (func (result i32))) "type mismatch")',
    'Is about validation, which comes before',
  ],
])('%s is left out', async (script, reason) => {
  expect(await counts(script)).toEqual({ passed: 1, failed: 0, skipped: [reason] });
});

test('what depends on a module that is left out is left out, too', async () => {
  const script = '(module $gc (type (struct)) (func (export "f"))) (invoke $gc "f") (register "gc" $gc)';
  const { passed, skipped } = await runScript(`${script} (module (import "gc" "f" (func)))`);
  expect([passed, [...skipped.values()]]).toEqual([0, [3]]);
});
