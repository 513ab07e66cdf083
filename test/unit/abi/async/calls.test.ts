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
