// The WASI interfaces as functions over a context: timers and polling, streams and their permits,
// standard streams as lines in the log, and exit.

import { describe, expect, test } from 'vitest';
import { AtOnce, type HostInterface } from '../../../abi/host-interface.ts';
import { monotonicClock } from '../../../abi/wasi/clocks.ts';
import { exit, GuestExit } from '../../../abi/wasi/exit.ts';
import { type Pollable, poll, READY } from '../../../abi/wasi/poll.ts';
import { stderr, stdin, stdout, terminals } from '../../../abi/wasi/stdio.ts';
import { error, type InputStream, IoError, type OutputStream, streams } from '../../../abi/wasi/streams.ts';

/** A context whose clock moves only when somebody sleeps. */
function context() {
  const state = { nowNs: 1_000_000_000n, slept: [] as number[], ended: new AbortController() };
  const logged: string[] = [];
  return {
    state,
    logged,
    signal: state.ended.signal,
    log: { write: (level: string, message: string) => void logged.push(`${level} ${message}`) },
    clock: {
      wallNs: 0n,
      get monotonicNs() {
        return state.nowNs;
      },
      sleep: async (ms: number, signal: AbortSignal) => {
        state.slept.push(ms);
        await Promise.resolve();
        if (!signal.aborted) state.nowNs += BigInt(ms) * 1_000_000n;
      },
    },
  };
}

function call<Context>(on: HostInterface<Context>, name: string, cx: unknown, ...args: unknown[]): unknown {
  const found = on.functions[name];
  if (found === undefined) throw new Error(`${on.name} has no ${name}`);
  const result = (found.call as (...args: unknown[]) => unknown)(cx, ...args);
  return result instanceof AtOnce ? result.value : result;
}

const text = (bytes: string) => new TextEncoder().encode(bytes);
const ok = (val: unknown) => ({ tag: 'ok', val });
const CLOSED = { tag: 'err', val: { tag: 'closed' } };

describe('timers', () => {
  test('are ready at their instant, and poll gives the indices of those that are', async () => {
    const cx = context();
    const late = call(monotonicClock, 'subscribe-duration', cx, 7_000_001n) as Pollable;
    const soon = call(monotonicClock, 'subscribe-instant', cx, 1_002_000_000n) as Pollable;
    const past = call(monotonicClock, 'subscribe-instant', cx, 5n) as Pollable;
    expect([late, soon, past].map((one) => call(poll, '[method]pollable.ready', cx, one))).toEqual([
      false,
      false,
      true,
    ]);
    expect(await call(poll, 'poll', cx, [late, past])).toEqual([1]);
    expect(cx.state.slept).toEqual([]);
    expect(await call(poll, 'poll', cx, [soon])).toEqual([0]);
    await call(poll, '[method]pollable.block', cx, late);
    expect(cx.state.slept).toEqual([2, 6]); // rounded up
    expect(late.ready).toBe(true);
  });

  test('that nobody waits for any more are let go', async () => {
    const cx = context();
    const timer = call(monotonicClock, 'subscribe-duration', cx, 1_000_000n) as Pollable;
    let signal: AbortSignal | undefined;
    const other: Pollable = {
      ready: false,
      whenReady: (given) => {
        signal = given;
        return new Promise(() => {});
      },
    };
    expect(await call(poll, 'poll', cx, [other, timer])).toEqual([1]);
    expect(signal?.aborted).toBe(true);
  });

  test('end with the request', async () => {
    const cx = context();
    const never: Pollable = {
      ready: false,
      whenReady: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    };
    const waiting = call(poll, 'poll', cx, [never]);
    cx.state.ended.abort();
    expect(await waiting).toEqual([]);
  });

  test('poll of nothing traps', async () => {
    await expect(call(poll, 'poll', context(), [])).rejects.toThrow('empty list');
  });
});

/** A sink with room for so many bytes at once. */
function sink(
  room: number,
): OutputStream & { readonly taken: string[]; state: 'open' | 'closed' | 'broken' } {
  const taken: string[] = [];
  return {
    ...READY,
    taken,
    state: 'open',
    room() {
      if (this.state === 'broken') throw new IoError('The disk is full');
      return this.state === 'closed' ? null : room;
    },
    write: (bytes) => void taken.push(new TextDecoder().decode(bytes)),
    close: () => {},
  };
}

function source(...pieces: (string | null)[]): InputStream {
  let rest = '';
  return {
    ...READY,
    read: (bytesMax) => {
      if (rest === '') {
        const next = pieces.shift();
        if (next === null || next === undefined) return null;
        rest = next;
      }
      const piece = text(rest.slice(0, bytesMax));
      rest = rest.slice(bytesMax);
      return piece;
    },
    close: () => {},
  };
}

describe('streams', () => {
  const cx = context();

  test('give what is there, and are closed at their end', async () => {
    const from = source('abc', '', null);
    expect(call(streams, '[method]input-stream.read', cx, from, 2n)).toEqual(ok(text('ab')));
    expect(await call(streams, '[method]input-stream.blocking-skip', cx, from, 9n)).toEqual(ok(1n));
    expect(await call(streams, '[method]input-stream.blocking-read', cx, from, 1n << 40n)).toEqual(
      ok(text('')),
    );
    expect(call(streams, '[method]input-stream.read', cx, from, 1n)).toEqual(CLOSED);
    expect(call(streams, '[method]input-stream.skip', cx, from, 1n)).toEqual(CLOSED);
  });

  test('take what they permit; more is a trap', async () => {
    const to = sink(5);
    expect(call(streams, '[method]output-stream.check-write', cx, to)).toEqual(ok(5n));
    expect(call(streams, '[method]output-stream.write', cx, to, text('12345'))).toEqual(ok(undefined));
    expect(() => call(streams, '[method]output-stream.write', cx, to, text('123456'))).toThrow('permitted');
    const all = await call(
      streams,
      '[method]output-stream.blocking-write-and-flush',
      cx,
      to,
      text('abcdefg'),
    );
    expect(all).toEqual(ok(undefined));
    expect(call(streams, '[method]output-stream.write-zeroes', cx, to, 2n)).toEqual(ok(undefined));
    expect(to.taken).toEqual(['12345', 'abcde', 'fg', '\0\0']);
    const large = call(
      streams,
      '[method]output-stream.blocking-write-and-flush',
      cx,
      to,
      new Uint8Array(4097),
    );
    await expect(large).rejects.toThrow('4096 at most');
  });

  test('splice as much as both sides have', async () => {
    const to = sink(3);
    const from = source('abcdef');
    expect(call(streams, '[method]output-stream.splice', cx, to, from, 100n)).toEqual(ok(3n));
    expect(await call(streams, '[method]output-stream.blocking-splice', cx, to, from, 1n)).toEqual(ok(1n));
    expect(to.taken).toEqual(['abc', 'd']);
  });

  test('tell why they failed, or that nobody reads', async () => {
    const to = sink(3);
    to.state = 'closed';
    expect(call(streams, '[method]output-stream.flush', cx, to)).toEqual(CLOSED);
    to.state = 'broken';
    const failed = await call(streams, '[method]output-stream.blocking-flush', cx, to);
    expect(failed).toMatchObject({ tag: 'err', val: { tag: 'last-operation-failed' } });
    const { val } = (failed as { val: { val: IoError } }).val;
    expect(call(error, '[method]error.to-debug-string', cx, val)).toBe('The disk is full');
  });
});

describe('standard streams', () => {
  test('become lines in the log, the last one when the stream is dropped', () => {
    const cx = context();
    const out = call(stdout, 'get-stdout', cx) as OutputStream;
    const err = call(stderr, 'get-stderr', cx);
    const write = (to: unknown, bytes: Uint8Array) =>
      call(streams, '[method]output-stream.write', cx, to, bytes);
    write(out, text('one\ntw'));
    write(err, text('bad\n'));
    const [first, second] = [text('\u00e9').subarray(0, 1), text('\u00e9').subarray(1)];
    write(out, first);
    write(out, second);
    expect(cx.logged).toEqual(['info one', 'error bad']);
    streams.drops['output-stream']?.(cx, out as never);
    expect(cx.logged).toEqual(['info one', 'error bad', 'info tw\u00e9']);
  });

  test('hold no line of any length', () => {
    const cx = context();
    const out = call(stdout, 'get-stdout', cx);
    for (let i = 0; i < 3; i += 1) {
      call(streams, '[method]output-stream.write', cx, out, new Uint8Array(60_000).fill(0x61));
    }
    expect(cx.logged.map((line) => line.length)).toEqual(['info '.length + 120_000]);
  });

  test('input is at its end, and there is no terminal', () => {
    const cx = context();
    const input = call(stdin, 'get-stdin', cx);
    expect(call(streams, '[method]input-stream.read', cx, input, 1n)).toEqual(CLOSED);
    const getters = terminals.flatMap((one) => Object.keys(one.functions).map((name) => call(one, name, cx)));
    expect(getters).toEqual([undefined, undefined, undefined]);
  });
});

test('exit ends the guest with its status', () => {
  const cx = context();
  expect(() => call(exit, 'exit', cx, { tag: 'ok' })).toThrow(new GuestExit(0));
  expect(() => call(exit, 'exit', cx, { tag: 'err' })).toThrow(new GuestExit(1));
  expect(() => call(exit, 'exit-with-code', cx, 3)).toThrow(new GuestExit(3));
});
