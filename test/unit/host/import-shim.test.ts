import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, test } from 'vitest';
import { importShim, SHIM_IMPORTS } from '../../../host/import-shim.ts';

/** A guest that calls its import inside `catch_all` and returns 7 when it caught something. */
const STUBBORN = `(module
  (import "shim" "import0" (func $import (param i32) (result i32)))
  (func (export "call") (param i32) (result i32)
    block $caught
      try_table (catch_all $caught)
        local.get 0
        call $import
        return
      end
    end
    i32.const 7))`;

type Call = (value: number) => number;

async function stubborn(call: WebAssembly.ImportValue, resume: () => number, waits: boolean): Promise<Call> {
  const type = { params: ['i32'], results: ['i32'] } as const;
  const shim = new WebAssembly.Instance(
    new WebAssembly.Module(importShim({ imports: [{ type, waits }], exports: [], meters: 0 })),
    {
      [SHIM_IMPORTS]: { 0: call, resume, check: never, yield: never, done: never },
    },
  );
  const guest = new WebAssembly.Module((await parse(STUBBORN)) as Uint8Array<ArrayBuffer>);
  return new WebAssembly.Instance(guest, { shim: shim.exports as never }).exports.call as Call;
}

const never = () => {
  throw new Error('resume is only for imports that wait');
};

describe('importShim()', () => {
  test('passes arguments and results through', async () => {
    const call = await stubborn((value: number) => value * 2, never, false);
    expect(call(21)).toBe(42);
  });

  test('turns an exception into a trap that catch_all does not catch', async () => {
    const call = await stubborn(
      () => {
        throw new Error('from the host');
      },
      never,
      false,
    );
    expect(() => call(1)).toThrow(WebAssembly.RuntimeError);
  });

  test('goes on after a wait when it may', async () => {
    const call = await stubborn(
      new WebAssembly.Suspending(async (value: number) => value + 1),
      () => 0,
      true,
    );
    expect(await WebAssembly.promising(call)(1)).toBe(2);
  });

  test('traps after a wait when it may not', async () => {
    const call = await stubborn(new WebAssembly.Suspending(async () => 1), () => 1, true);
    await expect(WebAssembly.promising(call)(1)).rejects.toThrow(WebAssembly.RuntimeError);
  });

  test('traps when the wait is rejected', async () => {
    const rejecting = new WebAssembly.Suspending(() => Promise.reject(new Error('from the host')));
    const call = await stubborn(rejecting, () => 0, true);
    await expect(WebAssembly.promising(call)(1)).rejects.toThrow(WebAssembly.RuntimeError);
  });

  test('traps when a wait is begun where nothing can be suspended', async () => {
    const call = await stubborn(new WebAssembly.Suspending(async () => 1), () => 0, true);
    expect(() => call(1)).toThrow(WebAssembly.RuntimeError);
  });
});
