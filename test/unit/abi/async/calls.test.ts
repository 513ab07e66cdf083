// Calls in both directions through the asynchronous ABI: exports with a callback and with a stack
// of their own, imports in the background, waits of every kind. Guests as text, run by the linker
// and slot of the product.
// Spec: CanonicalABI.md "canon lift", "canon lower", async.

import { readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import { ourRuntime } from '../../../support/ours.ts';

const GUESTS = new URL('../../../../guests/behaviours/async/', import.meta.url);
const HOST = { 'test:async/host': { functions: { slow: (x: number) => x * 10 } } };

async function guest(name: string): Promise<Uint8Array> {
  return parse(await readFile(new URL(`${name}.wat`, GUESTS), 'utf8'));
}

async function run(name: string, x: number, waiting: boolean): Promise<unknown> {
  const instance = ourRuntime(await guest(name), waiting).instantiate(HOST);
  return instance.call('test:async/api', 'run', x);
}

describe.each([
  ['at once', false],
  ['later', true],
])('an import that gives its result %s', (_, waiting) => {
  test('is waited for in a callback', async () => {
    expect(await run('callback', 4, waiting)).toBe(41);
  });

  test('is waited for on a stack', async () => {
    expect(await run('stackful', 4, waiting)).toBe(80);
  });
});

describe('a function of a synchronous type', () => {
  test('may look for events and yield', async () => {
    expect(await run('blocks-synchronously', 0, true)).toBe(0);
  });

  test.each([1, 2])('traps when it blocks (%i)', async (way) => {
    await expect(run('blocks-synchronously', way, true)).rejects.toThrow(
      'A synchronous task cannot block before it has returned',
    );
  });
});

/** As wit-component makes them: the memory is for the argument only. */
const TAKES_TEXT = `(component
  (core module $m
    (import "" "return" (func $return))
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 64)
    (func (export "take") (param i32 i32) (result i32) call $return i32.const 0)
    (func (export "callback") (param i32 i32 i32) (result i32) unreachable))
  (core func $return (canon task.return))
  (core instance $i (instantiate $m (with "" (instance (export "return" (func $return))))))
  (alias core export $i "memory" (core memory $memory))
  (func (export "take") async (param "text" string) (canon lift (core func $i "take") async
    (memory $memory) (realloc (core func $i "realloc")) (callback (core func $i "callback")))))`;

test('a result that needs no memory is returned without one', async () => {
  const instance = ourRuntime(await parse(TAKES_TEXT)).instantiate({});
  expect(await instance.call(null, 'take', 'text')).toBeUndefined();
});

const CHANGES_BACKPRESSURE = `(component
  (core func $inc (canon backpressure.inc))
  (core func $dec (canon backpressure.dec))
  (core module $m
    (import "" "inc" (func $inc))
    (import "" "dec" (func $dec))
    (func (export "f") (result i32) i32.const 11)
    (func (export "after") (param i32) call $inc call $dec))
  (core instance $i (instantiate $m (with "" (instance (export "inc" (func $inc)) (export "dec" (func $dec))))))
  (func (export "f") (result u32) (canon lift (core func $i "f") (post-return (core func $i "after")))))`;

test('backpressure may be changed when a function has returned', async () => {
  const instance = ourRuntime(await parse(CHANGES_BACKPRESSURE)).instantiate({});
  expect(await instance.call(null, 'f')).toBe(11);
});
