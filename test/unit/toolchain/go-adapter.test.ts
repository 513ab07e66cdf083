// The adapter for Go as a core module, with a host made of plain functions: what poll_oneoff asks
// for and reports, how output is written, and that nothing is a file.

import { readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';

type Adapter = Record<string, (...args: (number | bigint)[]) => number>;

let module: WebAssembly.Module;
let memory: WebAssembly.Memory;
let view: DataView;
let adapter: Adapter;
/** What `wait.any` was asked, and what it answers: an index, or undefined for a timeout. */
let asked: { among: [number, number][]; timeout: number | null }[];
let ready: number | undefined;
let written: [stream: number, text: string][];
let permit: bigint;

beforeAll(async () => {
  const wat = new URL('../../../toolchain/build/go-adapter/adapter.wat', import.meta.url);
  module = new WebAssembly.Module(await parse(await readFile(wat, 'utf8')));
});

beforeEach(() => {
  memory = new WebAssembly.Memory({ initial: 1 });
  view = new DataView(memory.buffer);
  asked = [];
  ready = undefined;
  written = [];
  permit = 100n;
  const any = (list: number, count: number, some: number, ms: number, result: number) => {
    const among = Array.from({ length: count }, (_, i): [number, number] => [
      view.getUint8(list + 8 * i),
      view.getUint32(list + 8 * i + 4, true),
    ]);
    asked.push({ among, timeout: some === 1 ? ms >>> 0 : null });
    view.setUint8(result, ready === undefined ? 0 : 1);
    view.setUint32(result + 4, ready ?? 0, true);
  };
  adapter = new WebAssembly.Instance(module, {
    env: { memory },
    'wheeler:edge/wait@0.1.0': { any },
    'wasi:cli/exit@0.2.12': {
      'exit-with-code': (code: number) => {
        throw new Error(`exit ${code}`);
      },
    },
    'wasi:cli/stdout@0.2.12': { 'get-stdout': () => 11 },
    'wasi:cli/stderr@0.2.12': { 'get-stderr': () => 12 },
    'wasi:io/streams@0.2.12': {
      '[method]output-stream.check-write': (_: number, result: number) => {
        view.setUint8(result, 0);
        view.setBigUint64(result + 8, permit, true);
      },
      '[method]output-stream.write': (stream: number, at: number, length: number, result: number) => {
        written.push([stream, new TextDecoder().decode(memory.buffer.slice(at, at + length))]);
        view.setUint8(result, 0);
      },
    },
    'wasi:clocks/monotonic-clock@0.2.12': { now: () => 5_000_000_000n },
    'wasi:clocks/wall-clock@0.2.12': {
      now: (result: number) => {
        view.setBigUint64(result, 7n, true);
        view.setUint32(result + 8, 9, true);
      },
    },
    'wasi:random/random@0.2.12': {
      'get-random-bytes': (length: bigint) => {
        const at = (adapter.cabi_import_realloc as (...args: number[]) => number)(0, 0, 1, Number(length));
        new Uint8Array(memory.buffer, at, Number(length)).fill(0xab);
      },
    },
  }).exports as Adapter;
});

const call = (name: string, ...args: (number | bigint)[]) => (adapter[name] as Adapter[string])(...args);

const IN = 20_000;
const OUT = 30_000;
const COUNT = 40_000;
const SUCCESS = 0;
const BADF = 8;

type Subscription = { ns: bigint; absolute?: boolean } | { fd: number; write?: boolean };

/** Polls; the userdata of subscription i is 100 + i. */
function poll(...subscriptions: Subscription[]): {
  errno: number;
  user: number;
  type: number;
  error: number;
} {
  subscriptions.forEach((one, i) => {
    const at = IN + 48 * i;
    view.setBigUint64(at, BigInt(100 + i), true);
    if ('ns' in one) {
      view.setUint8(at + 8, 0);
      view.setUint32(at + 16, 1, true);
      view.setBigUint64(at + 24, one.ns, true);
      view.setUint16(at + 40, one.absolute ? 1 : 0, true);
    } else {
      view.setUint8(at + 8, one.write ? 2 : 1);
      view.setUint32(at + 16, one.fd, true);
    }
  });
  const errno = call('poll_oneoff', IN, OUT, subscriptions.length, COUNT);
  expect(view.getUint32(COUNT, true)).toBe(1);
  return {
    errno,
    user: Number(view.getBigUint64(OUT, true)),
    error: view.getUint16(OUT + 8, true),
    type: view.getUint8(OUT + 10),
  };
}

const descriptor = (kind: number, handle: number) => (1 << 30) | (kind << 28) | handle;

describe('poll_oneoff', () => {
  test('waits for all handles at once, and reports the one that is ready', () => {
    ready = 1;
    const event = poll(
      { ns: 1_500_001n },
      { fd: descriptor(0, 3) },
      { fd: descriptor(1, 0xfffffff) },
      { fd: descriptor(2, 4), write: true },
    );
    expect(asked).toEqual([
      {
        timeout: 2,
        among: [
          [0, 3],
          [1, 0xfffffff],
          [2, 4],
        ],
      },
    ]);
    expect(event).toEqual({ errno: SUCCESS, user: 102, type: 1, error: 0 });
    ready = 0;
    expect(poll({ fd: descriptor(2, 4), write: true })).toMatchObject({ user: 100, type: 2 });
    expect(asked[1]?.timeout).toBeNull();
  });

  test('reports the earliest clock when time is up', () => {
    const event = poll({ ns: 9_000_000n }, { ns: 5_002_000_000n, absolute: true }, { fd: descriptor(0, 1) });
    expect(asked[0]?.timeout).toBe(2);
    expect(event).toEqual({ errno: SUCCESS, user: 101, type: 0, error: 0 });
  });

  test('does not ask the host where nothing may wait', () => {
    expect(poll({ ns: 0n }, { fd: descriptor(0, 1) })).toMatchObject({ user: 100, type: 0 });
    expect(poll({ ns: 4_000_000_000n, absolute: true })).toMatchObject({ user: 100 });
    expect(poll({ ns: 1_000_000n }, { fd: 1, write: true })).toMatchObject({ user: 101, type: 2 });
    expect(asked).toEqual([]);
  });

  test('waits 49 days at most', () => {
    poll({ ns: 1n << 62n });
    expect(asked[0]?.timeout).toBe(0xffff_ffff);
  });
});

describe('the adapter', () => {
  test('writes pieces to standard output and error, as much as is permitted', () => {
    const pieces = ['first ', 'second'];
    const put = (fd: number) => {
      pieces.forEach((text, i) => {
        new Uint8Array(memory.buffer).set(new TextEncoder().encode(text), OUT + 100 * i);
        view.setUint32(IN + 8 * i, OUT + 100 * i, true);
        view.setUint32(IN + 8 * i + 4, text.length, true);
      });
      const errno = call('fd_write', fd, IN, pieces.length, COUNT);
      return [errno, view.getUint32(COUNT, true)];
    };
    expect(put(1)).toEqual([SUCCESS, 12]);
    permit = 4n;
    expect(put(2)).toEqual([SUCCESS, 4]);
    expect(written).toEqual([
      [11, 'first '],
      [11, 'second'],
      [12, 'firs'],
    ]);
    expect(call('fd_write', 3, IN, 1, COUNT)).toBe(BADF);
  });

  test('knows two clocks, and puts random bytes where they are wanted', () => {
    call('clock_time_get', 0, 0n, OUT);
    expect(view.getBigUint64(OUT, true)).toBe(7_000_000_009n);
    call('clock_time_get', 1, 0n, OUT);
    expect(view.getBigUint64(OUT, true)).toBe(5_000_000_000n);
    expect(call('clock_time_get', 2, 0n, OUT)).toBe(28);
    call('random_get', OUT + 3, 5);
    expect([...new Uint8Array(memory.buffer, OUT + 3, 6)]).toEqual([0xab, 0xab, 0xab, 0xab, 0xab, 0]);
  });

  test('ends with the status that it is given', () => {
    expect(() => call('proc_exit', 3)).toThrow('exit 3');
  });

  test('has no arguments, no input and no files', () => {
    expect([call('args_sizes_get', OUT, OUT + 4), view.getUint32(OUT, true)]).toEqual([SUCCESS, 0]);
    view.setUint32(COUNT, 9, true);
    expect([call('fd_read', 0, IN, 0, COUNT), view.getUint32(COUNT, true)]).toEqual([SUCCESS, 0]);
    expect(call('fd_prestat_get', 3, OUT)).toBe(BADF);
    expect(call('path_open', 3, 0, 0, 0, 0, 0n, 0n, 0, OUT)).toBe(BADF);
    expect(call('fd_fdstat_get', 3, OUT)).toBe(BADF);
  });

  test('shows handles as sockets that do not block, which are closed without an effect', () => {
    expect(call('fd_fdstat_get', descriptor(1, 7), OUT)).toBe(SUCCESS);
    expect([view.getUint8(OUT), view.getUint16(OUT + 2, true)]).toEqual([6, 4]);
    expect(call('fd_close', descriptor(1, 7))).toBe(SUCCESS);
  });
});
