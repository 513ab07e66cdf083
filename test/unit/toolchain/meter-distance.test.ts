// How far a guest gets between two looks at the clock, counted in the costly things that it does:
// however it is built, a refill buys only so many. Without a bound here, no clock is precise.

import { describe, expect, test } from 'vitest';
import { fromText, meteredInstance } from '../../support/metered.ts';

const REFILL = 10_000;
/** What a load costs; no guest may have many more of them than it has paid for. */
const LOAD = 16;

/** Each `$costly` in a guest stands for a load that misses every cache, and counts itself. */
const COSTLY = '(drop (i32.load (i32.const 0)))';
const COUNT = '(global.set $done (i32.add (global.get $done) (i32.const 1)))';

async function longestRun(fields: string, loadsPerCount = 1): Promise<{ longest: number; looks: number }> {
  let longest = 0;
  let last = 0;
  const bytes = await fromText(`(module
    (memory 1)
    (global $done (export "done") (mut i32) (i32.const 0))
    ${fields})`);
  const metered = meteredInstance(bytes, {
    refill: REFILL,
    onLook() {
      measure();
      return false;
    },
  });
  const measure = () => {
    const done = (metered.exports.done as unknown as WebAssembly.Global).value as number;
    longest = Math.max(longest, (done - last) * loadsPerCount);
    last = done;
  };
  metered.exports.run?.();
  measure();
  return { longest, looks: metered.looks };
}

/** A refill, and whatever is on credit in one function. */
const FAIR = (REFILL + 8_192) / LOAD;

const times = (count: number, text: string) => Array.from({ length: count }, () => text).join('\n');

describe('between two looks at the clock, a guest does no more than it has paid for', () => {
  test('in a tight loop', async () => {
    const { longest, looks } = await longestRun(`(func (export "run") (local $i i32)
      (loop $again ${COSTLY} ${COUNT}
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000)))))`);
    expect(looks).toBeGreaterThan(10);
    expect(longest).toBeLessThan(FAIR);
  });

  test('in a loop with a long body', async () => {
    const { longest } = await longestRun(
      `(func (export "run") (local $i i32)
      (loop $again ${times(5_000, COSTLY)} ${COUNT}
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20)))))`,
      5_000,
    );
    // It counts once a round.
    expect(longest).toBeLessThan(FAIR + 5_000);
  });

  test('in a loop whose body is split into many blocks', async () => {
    const { longest } = await longestRun(`(func (export "run") (local $i i32)
      (loop $again
        ${times(2_000, `(block (br_if 0 (local.get $i)) ${COSTLY} ${COUNT})`)}
        ${times(2_000, `(if (local.get $i) (then ${COSTLY} ${COUNT}) (else ${COSTLY} ${COUNT}))`)}
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10)))))`);
    expect(longest).toBeLessThan(FAIR);
  });

  test('in straight code without a loop', async () => {
    const { longest } = await longestRun(`(func (export "run") ${times(20_000, COSTLY + COUNT)})`);
    expect(longest).toBeLessThan(FAIR);
  });

  test('in functions that are too short to be charged', async () => {
    const { longest } = await longestRun(`
      (func $short (drop (i32.load (i32.const 0))) (drop (i32.load (i32.const 4))) ${COUNT})
      (func (export "run") (local $i i32)
        (loop $again (call $short)
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000)))))`);
    expect(longest).toBeLessThan(FAIR);
  });

  test('in functions with a loop that is left early', async () => {
    const { longest } = await longestRun(`
      (func $brief (local $i i32)
        (loop $again ${COSTLY} ${COUNT}
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10)))))
      (func (export "run") (local $i i32)
        (loop $again (call $brief)
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2000)))))`);
    expect(longest).toBeLessThan(FAIR);
  });

  test('in loops within loops, with something after each', async () => {
    const depth = 12;
    const nest = (level: number): string =>
      level === depth
        ? `${COSTLY} ${COUNT}`
        : `(local.set ${level} (i32.const 2))
           (loop ${nest(level + 1)} ${times(3, COSTLY + COUNT)}
             (br_if 0 (local.tee ${level} (i32.sub (local.get ${level}) (i32.const 1)))))`;
    const { longest } = await longestRun(`(func (export "run") (local ${times(depth, 'i32')}) ${nest(0)})`);
    expect(longest).toBeLessThan(FAIR);
  });

  test('in what it catches', async () => {
    const { longest } = await longestRun(`(tag $oops)
      (func (export "run") (local $i i32)
        (loop $again
          (block $caught (try_table (catch_all $caught) (throw $oops)))
          ${times(100, COSTLY + COUNT)}
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100)))))`);
    expect(longest).toBeLessThan(FAIR);
  });

  // What a frame may still do when a call comes back is on credit, in every frame of a recursion.
  test('on its way out of a recursion, except for a little in each frame', async () => {
    const depth = 2_000;
    const { longest } = await longestRun(`
      (func $down (param $depth i32) (local $i i32)
        (if (local.get $depth) (then (call $down (i32.sub (local.get $depth) (i32.const 1)))))
        (loop $again ${COSTLY} ${COUNT}
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 30)))))
      (func (export "run") (call $down (i32.const ${depth})))`);
    expect(longest).toBeLessThan(FAIR);
    const straight = await longestRun(`
      (func $down (param $depth i32)
        (if (local.get $depth) (then (call $down (i32.sub (local.get $depth) (i32.const 1)))))
        ${times(30, COSTLY + COUNT)})
      (func (export "run") (call $down (i32.const ${depth})))`);
    expect(straight.longest).toBeLessThan(FAIR + (depth * 128) / LOAD);
  });

  test('with calls of imports one after the other', async () => {
    let calls = 0;
    let longest = 0;
    const bytes = await fromText(`(module
      (import "host" "work" (func $work))
      (func (export "run") ${times(1_000, '(call $work)')}))`);
    const metered = meteredInstance(bytes, {
      refill: REFILL,
      imports: {
        host: {
          work: () => {
            calls += 1;
          },
        },
      },
      onLook() {
        longest = Math.max(longest, calls);
        calls = 0;
        return false;
      },
    });
    metered.exports.run?.();
    expect(longest).toBeGreaterThan(0);
    expect(longest).toBeLessThan(FAIR);
  });

  test('with lengths that overflow what is charged for them', async () => {
    const lengths = [0x10000000, 0x20000001, 0x30000000, 0x40000001, 0x7fffffff, -1];
    const bytes = await fromText(`(module
      (memory 1) (table $t 0 funcref)
      (func (export "grow") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0)))
      (func (export "fill") (param i32) (memory.fill (i32.const 0) (i32.const 0) (local.get 0))))`);
    for (const length of lengths) {
      const metered = meteredInstance(bytes, { refill: REFILL });
      expect(metered.exports.grow?.(length)).toBe(-1);
      expect(metered.fuel).toBeLessThan(REFILL);
      expect(() => metered.exports.fill?.(length)).toThrow(WebAssembly.RuntimeError);
      expect(metered.fuel).toBeLessThan(REFILL);
    }
  });
});
