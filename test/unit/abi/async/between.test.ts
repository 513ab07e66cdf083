// Asynchronous calls, streams and futures between the component instances of one guest: what arrives, in which
// order the two run, and what becomes of those that are given up. Guests as text, each made of two
// components; the reference tests of the Component Model have many more: test/conformance.
// Spec: CanonicalABI.md "canon lower" of a "canon lift", async.

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import { between } from '../../../support/between.ts';
import { ourRuntime } from '../../../support/ours.ts';

async function run(text: string): Promise<unknown> {
  return ourRuntime(await parse(text))
    .instantiate({})
    .call(null, 'run');
}

const STREAM_OF_TEXTS = between({
  param: '(stream string)',
  // Reads two at a time until the end, and gives the sum of the lengths and of the first bytes.
  callee: `(func (export "f") (param $r i32) (local $got i32) (local $sum i32)
    (loop $again
      (local.set $got (call $stream.read (local.get $r) (i32.const 16) (i32.const 2)))
      (if (i32.shr_u (local.get $got) (i32.const 4)) (then
        (local.set $sum (i32.add (local.get $sum) (call $weigh (i32.const 16))))))
      (if (i32.gt_u (i32.shr_u (local.get $got) (i32.const 4)) (i32.const 1)) (then
        (local.set $sum (i32.add (local.get $sum) (call $weigh (i32.const 24))))))
      (br_if $again (i32.eqz (i32.and (local.get $got) (i32.const 15)))))
    (call $stream.drop-readable (local.get $r))
    (call $return (local.get $sum)))
  (func $weigh (param $at i32) (result i32)
    (i32.add (i32.load offset=4 (local.get $at)) (i32.load8_u (i32.load (local.get $at)))))`,
  caller: `(data (i32.const 100) "abcde")
  (func (export "run") (result i32) (local $ends i64) (local $task i32) (local $w i32)
    (local.set $ends (call $stream.new))
    (local.set $w (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
    (local.set $task (call $f (i32.wrap_i64 (local.get $ends)) (i32.const 8)))
    (i32.store (i32.const 32) (i32.const 100)) (i32.store (i32.const 36) (i32.const 1))
    (i32.store (i32.const 40) (i32.const 101)) (i32.store (i32.const 44) (i32.const 2))
    (i32.store (i32.const 48) (i32.const 102)) (i32.store (i32.const 52) (i32.const 3))
    (call $finish-write (local.get $w) (i32.const 32) (i32.const 3))
    (call $stream.drop-writable (local.get $w))
    (call $await (local.get $task))
    (i32.load (i32.const 8)))`,
});

const NUMBERS = between({
  param: '(stream u16)',
  callee: `(func (export "f") (param $r i32) (local $got i32) (local $at i32)
    (local.set $got (call $stream.read (local.get $r) (i32.const 4096) (i32.const 1000)))
    (call $stream.drop-readable (local.get $r))
    (call $return (i32.add (i32.load16_u (i32.const 6094)) (i32.shl (i32.shr_u (local.get $got) (i32.const 4)) (i32.const 16)))))`,
  caller: `(func (export "run") (result i32) (local $ends i64) (local $task i32) (local $w i32) (local $i i32)
    (local.set $ends (call $stream.new))
    (local.set $w (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
    (loop $fill
      (i32.store16 (i32.add (i32.const 2048) (i32.shl (local.get $i) (i32.const 1))) (local.get $i))
      (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1500))))
    (local.set $task (call $f (i32.wrap_i64 (local.get $ends)) (i32.const 8)))
    ;; The reader is there and takes what it has room for; then it is gone.
    (call $expect (call $stream.write (local.get $w) (i32.const 2048) (i32.const 1500)) (i32.const 0x3e80))
    (call $await (local.get $task))
    (call $expect (call $stream.write (local.get $w) (i32.const 2048) (i32.const 1)) (i32.const 1))
    (call $stream.drop-writable (local.get $w))
    (i32.load (i32.const 8)))`,
});

const DROPS = between({
  param: '(stream u8)',
  callee: `(func (export "f") (param $r i32)
    (call $expect (call $stream.read (local.get $r) (i32.const 16) (i32.const 8)) (i32.const 0x31))
    (call $stream.drop-readable (local.get $r))
    (call $return (i32.load8_u (i32.const 18))))`,
  caller: `(func (export "run") (result i32) (local $ends i64) (local $task i32) (local $w i32)
    (local.set $ends (call $stream.new))
    (local.set $w (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
    (local.set $task (call $f (i32.wrap_i64 (local.get $ends)) (i32.const 8)))
    (i32.store (i32.const 32) (i32.const 0x00030201))
    (call $expect (call $stream.write (local.get $w) (i32.const 32) (i32.const 3)) (i32.const 0x30))
    (call $stream.drop-writable (local.get $w))
    (call $await (local.get $task))
    (i32.load (i32.const 8)))`,
});

describe('a stream from one component instance to another', () => {
  test('carries values with parts, into memory that the reader allocates', async () => {
    expect(await run(STREAM_OF_TEXTS)).toBe(1 + 2 + 3 + 97 + 98 + 99);
  });

  test('carries numbers, as many as there is room for', async () => {
    expect(await run(NUMBERS)).toBe((1_000 << 16) + 999);
  });

  test('ends together with its last values, where the reader has not gone on in between', async () => {
    expect(await run(DROPS)).toBe(3);
  });
});

/** Calls `f` so often and waits for none; a task of `f` waits for a stream that nobody writes to. */
const hoards = (calls: number) =>
  between({
    param: '(stream u8)',
    callee: `(func (export "f") (param $r i32)
      (drop (call $stream.read (local.get $r) (i32.const 16) (i32.const 8)))
      (call $return (i32.const 0)))`,
    caller: `(func (export "run") (result i32) (local $i i32)
      (loop $again
        (call $expect (i32.and (call $f (i32.wrap_i64 (call $stream.new)) (i32.const 8)) (i32.const 15)) (i32.const 1))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${calls}))))
      (local.get $i))`,
  });

/** One call after the other, each with a stream of its own that nobody uses. */
const churns = (calls: number) =>
  between({
    param: '(stream u8)',
    callee: `(func (export "f") (param $r i32)
      (call $stream.drop-readable (local.get $r))
      (call $return (i32.const 7)))`,
    caller: `(func (export "run") (result i32) (local $i i32) (local $ends i64)
      (loop $again
        (local.set $ends (call $stream.new))
        (call $expect (call $f (i32.wrap_i64 (local.get $ends)) (i32.const 8)) (i32.const 2))
        (call $stream.drop-writable (i32.wrap_i64 (i64.shr_u (local.get $ends) (i64.const 32))))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${calls}))))
      (local.get $i))`,
  });

describe('many tasks between two component instances', () => {
  test('that wait are left behind when the call is over', async () => {
    expect(await run(hoards(200))).toBe(200);
  });

  test('that wait count as handles', async () => {
    await expect(run(hoards(1_000_000))).rejects.toThrow('Too many live resource handles');
  });

  test('one after the other leave nothing', async () => {
    expect(await run(churns(20_000))).toBe(20_000);
  });
});

test('tasks that wait for each other are a deadlock', async () => {
  const waits = between({
    param: '(stream u8)',
    callee: `(func (export "f") (param $r i32)
      (drop (call $stream.read (local.get $r) (i32.const 16) (i32.const 8)))
      (call $return (i32.const 0)))`,
    caller: `(func (export "run") (result i32)
      (call $await (call $f (i32.wrap_i64 (call $stream.new)) (i32.const 8)))
      (i32.const 0))`,
  });
  await expect(run(waits)).rejects.toThrow('Deadlock');
});
