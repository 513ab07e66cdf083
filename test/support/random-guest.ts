// Random guests, for comparing what they do in instances that are kept with what they do in new ones. They
// leave marks in memories, globals and tables, grow, drop segments, trap half-way, wait and spin; and they
// answer with a sum over all that an earlier request could have changed.

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import type { Artifact } from '../../toolchain/artifact.ts';
import { decodeComponent } from '../../toolchain/component/decode.ts';
import { moduleShape } from '../../toolchain/image/module-shape.ts';
import { rewriteModule } from '../../toolchain/rewrite.ts';
import { symbolsOf } from '../../toolchain/symbols/module-symbols.ts';
import { readModule } from '../../toolchain/wasm/module.ts';
import { componentOf } from './hostile.ts';
import { Random, randomFields } from './random-module.ts';

const IMPORTS = `
  (import "wheeler:edge/log@0.1.0" "log" (func $log (param i32 i32 i32)))
  (import "wheeler:edge/wait@0.1.0" "sleep" (func $sleep (param i32)))
  (import "wheeler:edge/http@0.1.0" "respond" (func $respond (param i32 i32 i32 i32 i32 i32 i32)))`;

/** What all guests use, so that one component can stand for them. */
const TEMPLATE = `(func $handle (param i32)
  (call $log (i32.const 2) (i32.const 0) (i32.const 0))
  (call $sleep (i32.const 0))
  (call $respond (i32.const 200) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)))`;

const LOGGED_MAX = 20;
/** So many rounds and calls may a request have, all together. */
const STEPS_MAX = 400;
const TEXT_AT = 1_024;

/** What the fields of a random module need, and imports of the host in the place of the one that they call. */
const head = (random: Random) => `
  ${IMPORTS}
  (memory $m (export "memory") 2 6)
  (memory $n (export "n") 1 3)
  (table $t (export "t") 12 40 funcref)
  (global $steps (mut i32) (i32.const ${STEPS_MAX}))
  (global $a (mut i32) (i32.const ${random.below(100)}))
  (global $b (mut i64) (i64.const ${random.below(1_000_000)}))
  (global $float (mut f64) (f64.const ${random.below(100)}))
  (global $logged (mut i32) (i32.const 0))
  (global $next (mut i32) (i32.const 2048))
  (tag $e (param i32))
  (tag $none)
  (data $d "wheeler meters what others guess")
  (data (memory $m) (i32.const ${TEXT_AT}) "every mark that is left is found")
  (data (memory $n) (i32.const 60000) "${'\\07'.repeat(1 + random.below(40))}")
  (func $realloc (export "cabi_realloc") (param i32 i32 i32) (param $bytes i32) (result i32)
    (global.get $next)
    (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get $bytes)) (i32.const 7)) (i32.const -8))))
  (func $step
    (global.set $steps (i32.sub (global.get $steps) (i32.const 1)))
    (if (i32.lt_s (global.get $steps) (i32.const 0)) (then (unreachable))))
  (func $ask (param $value i32) (result i32)
    (if (i32.lt_u (global.get $logged) (i32.const ${LOGGED_MAX})) (then
      (call $log (i32.const 2) (i32.const ${TEXT_AT}) (i32.and (local.get $value) (i32.const 31)))))
    (if (i32.and (i32.lt_u (global.get $logged) (i32.const 3)) (i32.eqz (i32.and (local.get $value) (i32.const 7)))) (then (call $sleep (i32.const 0))))
    (global.set $float (f64.add (global.get $float) (f64.convert_i32_u (i32.and (local.get $value) (i32.const 255)))))
    (global.set $logged (i32.add (global.get $logged) (i32.const 1)))
    (i32.add (i32.mul (local.get $value) (i32.const 31)) (global.get $logged)))
  (func $sum (result i32) (local $i i32) (local $sum i64)
    (loop $again
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.load $m (local.get $i))))
      (local.set $sum (i64.add (i64.mul (local.get $sum) (i64.const 31)) (i64.load $n (i32.and (local.get $i) (i32.const 0xfff8)))))
      (local.set $i (i32.add (local.get $i) (i32.const 8)))
      (br_if $again (i32.lt_u (local.get $i) (i32.const 131072))))
    (local.set $sum (i64.xor (local.get $sum) (i64.add (global.get $b) (i64.reinterpret_f64 (global.get $float)))))
    (local.set $sum (i64.xor (local.get $sum) (i64.extend_i32_u (i32.add (global.get $a) (i32.mul (memory.size $m) (i32.const 7))))))
    (local.set $sum (i64.xor (local.get $sum) (i64.extend_i32_u (i32.add (table.size $t) (memory.size $n)))))
    (i32.wrap_i64 (i64.rem_u (i64.xor (local.get $sum) (i64.shr_u (local.get $sum) (i64.const 32))) (i64.const 256))))`;

/** The core module of the guest that a seed stands for, as text. Each hundredth spins at once, and one more at its end. */
export function randomGuest(seed: number): string {
  const random = new Random(seed);
  const top = head(random);
  const { fields, calls } = randomFields(random, random.below(6) === 0);
  const respond = `(call $respond (i32.add (i32.const 200) (call $sum)) (i32.const 0) (i32.const 0)
    (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64))`;
  // Most functions trap somewhere: with fewer of them more guests come to their end.
  const called = calls.slice(0, random.below(calls.length + 1));
  // Before the marks, between them, or at the end.
  const answered = random.below(called.length + 2);
  const work = called.map((call, i) => (i === answered ? `${respond}\n${call}` : call)).join('\n');
  const spins = `(global.set $a (i32.const ${seed % 100_000})) (i32.store $n (i32.const 4096) (i32.const -1))
    (loop $for-ever (br $for-ever))`;
  const drops = random.below(30) === 0 ? '(data.drop $d)' : '';
  const vector = random.below(60) === 0 ? '(global $v (mut v128) (v128.const i32x4 0 0 0 0))' : '';
  const starts = random.below(3) === 0;
  const init = `(func $init
    (global.set $a (i32.const ${random.below(1_000)}))
    (i32.store $m (i32.const ${4 * random.below(20_000)}) (i32.const ${random.below(1_000)}))
    (i32.store $n (i32.const ${4 * random.below(16_000)}) (i32.const ${random.below(1_000)}))
    ${random.below(2) ? '(drop (memory.grow $n (i32.const 1)))' : ''}) (start $init)`;
  return `(module ${top} ${vector} ${fields} ${starts ? init : ''}
    (func (export "wheeler:edge/handler@0.1.0#handle") (param $request i32)
      ${answered === called.length ? respond : ''}
      (call $ask (local.get $request)) drop
      ${seed % 100 === 7 ? spins : ''} ${work} ${drops} ${seed % 100 === 57 ? spins : ''}
      ${answered > called.length ? respond : ''}))`;
}

/** Makes artifacts of core modules that use what the template uses: a component around each takes longer. */
export async function guestMaker(): Promise<(text: string) => Promise<Artifact>> {
  const decoded = decodeComponent(await componentOf(TEMPLATE));
  if ('findings' in decoded) throw new Error(JSON.stringify(decoded.findings));
  const { plan, modules } = decoded.component;
  const rest = modules.map(({ module, offset }) => rewritten(module, offset));
  const main = modules.findIndex(({ module }) => module.memories.length > 0);
  return async (text) => {
    const module = readModule(Uint8Array.from(await parse(text)), 0);
    const replaced = <Item>(items: readonly Item[], item: Item) =>
      items.map((one, i) => (i === main ? item : one));
    return {
      digest: '',
      symbols: replaced(
        modules.map((one) => symbolsOf(one.module)),
        symbolsOf(module),
      ),
      lines: [],
      plan: { ...plan, modules: replaced(plan.modules, moduleShape(module, 0)) },
      modules: replaced(rest, rewritten(module, 0)),
    };
  };
}

function rewritten(...from: Parameters<typeof rewriteModule>): Uint8Array {
  const result = rewriteModule(...from);
  if ('findings' in result) throw new Error(JSON.stringify(result.findings));
  return result.bytes;
}
