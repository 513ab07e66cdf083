// The WASI 0.3 interfaces as functions over a context: what requests and fields take, clocks, the seed.

import { describe, expect, test } from 'vitest';
import { feedStream } from '../../../abi/canonical/async/host-ends.ts';
import { SharedFuture } from '../../../abi/canonical/async/shared-future.ts';
import { SharedStream } from '../../../abi/canonical/async/shared-stream.ts';
import { Store } from '../../../abi/canonical/async/store.ts';
import { SYNCHRONOUS } from '../../../abi/canonical/async/task.ts';
import { Thread } from '../../../abi/canonical/async/thread.ts';
import type { InstanceState } from '../../../abi/canonical/context.ts';
import type { HostInterface } from '../../../abi/host-interface.ts';
import type { FetchRequest } from '../../../abi/messages.ts';
import { monotonicClock03 } from '../../../abi/wasi03/clocks.ts';
import { sentContents } from '../../../abi/wasi03/http/body.ts';
import { client03 } from '../../../abi/wasi03/http/client.ts';
import { httpTypes03 } from '../../../abi/wasi03/http/types.ts';
import { random03 } from '../../../abi/wasi03/random.ts';

function call<Context>(on: HostInterface<Context>, name: string, cx: unknown, ...args: unknown[]): unknown {
  const found = on.functions[name];
  if (found === undefined) throw new Error(`${on.name} has no ${name}`);
  return (found.call as (...args: unknown[]) => unknown)(cx, ...args);
}

const http = (name: string, ...args: unknown[]) => call(httpTypes03, name, {}, ...args);
const OK = { tag: 'ok' };
const ERR = { tag: 'err' };

function request(): unknown {
  const made = http('[static]request.new', http('[constructor]fields'), undefined, new SharedFuture());
  return (made as [unknown, unknown])[0];
}

describe('a request', () => {
  test.each([
    ['https', { tag: 'HTTPS' }],
    ['HTTP', { tag: 'HTTP' }],
    ['ftp', { tag: 'other', val: 'ftp' }],
  ])('whose scheme is given as the other scheme %s has %j', (val, scheme) => {
    const made = request();
    expect(http('[method]request.set-scheme', made, { tag: 'other', val })).toEqual(OK);
    expect(http('[method]request.get-scheme', made)).toEqual(scheme);
  });

  test.each([
    ['POST', { tag: 'post' }],
    ['post', { tag: 'other', val: 'post' }],
  ])('whose method is given as the other method %s has %j', (val, method) => {
    const made = request();
    expect(http('[method]request.set-method', made, { tag: 'other', val })).toEqual(OK);
    expect(http('[method]request.get-method', made)).toEqual(method);
  });

  test.each([
    ['', '/'],
    ['/a?b`c', '/a?b`c'],
  ])('takes the path %j as %j', (path, taken) => {
    const made = request();
    expect(http('[method]request.set-path-with-query', made, path)).toEqual(OK);
    expect(http('[method]request.get-path-with-query', made)).toBe(taken);
  });

  test.each(['/a b', '/<', '/`', '/?<', '/#'])('refuses the path %j', (path) => {
    expect(http('[method]request.set-path-with-query', request(), path)).toEqual(ERR);
  });
});

test('fields list a name in the spelling in which it came first', () => {
  const fields = http('[constructor]fields');
  const value = new Uint8Array([1 + 64]);
  http('[method]fields.append', fields, 'x-One', value);
  http('[method]fields.append', fields, 'X-ONE', value);
  expect(http('[method]fields.copy-all', fields)).toEqual([
    ['x-One', value],
    ['x-One', value],
  ]);
});

test('the insecure seed is one for a request, and another for the next', () => {
  const seed = random03.find(({ name }) => name.includes('seed')) as HostInterface<unknown>;
  let count = 0;
  const entropy = { bytes: (length: number) => new Uint8Array(length).fill(++count) };
  const [one, other] = [{ entropy }, { entropy }];
  const first = call(seed, 'get-insecure-seed', one);
  expect(call(seed, 'get-insecure-seed', one)).toEqual(first);
  expect(call(seed, 'get-insecure-seed', other)).not.toEqual(first);
});

test('waiting for an instant that is over is done at once', () => {
  const slept: number[] = [];
  const clock = { monotonicNs: 5_000_000n, sleep: async (ms: number) => void slept.push(ms) };
  const cx = { clock, signal: new AbortController().signal };
  expect(call(monotonicClock03, 'wait-until', cx, 5_000_000n)).toBeUndefined();
  expect(call(monotonicClock03, 'wait-for', cx, 0n)).toBeUndefined();
  call(monotonicClock03, 'wait-until', cx, 6_000_001n);
  expect(slept).toEqual([2]);
});

test('a guest that hears of what ended while it ran is told that time has passed', () => {
  let told = 0;
  const store = new Store(
    () => true,
    () => {
      told += 1;
    },
  );
  store.start(new Thread({} as InstanceState, SYNCHRONOUS));
  store.settle();
  expect(told).toBe(0);
  store.arrived(() => {});
  store.settle();
  expect(told).toBe(1);
});

describe('the contents of a message', () => {
  test('have their trailers taken before the stream has ended', async () => {
    const trailers = new SharedFuture();
    sentContents({ stream: new SharedStream(), trailers }, 'request', null, () => {});
    let taken = false;
    trailers.write({
      party: null,
      numeric: false,
      buffer: { remain: 1, key: '', isNumber: false, read: () => [OK] } as never,
      onCopy: () => {},
      onDone: () => {
        taken = true;
      },
    });
    expect(taken).toBe(true);
  });

  test.each(['request', 'response'] as const)('say which of the two is too short (%s)', async (of) => {
    const stream = new SharedStream();
    const chunks = [new Uint8Array(3)];
    feedStream(stream, { next: async () => chunks.pop() ?? null, cancel: () => {} });
    const told: unknown[] = [];
    const source = sentContents(
      { stream, trailers: Promise.resolve({ tag: 'ok', val: undefined }) },
      of,
      11,
      (one) => told.push(one),
    );
    expect((await source?.next())?.length).toBe(3);
    await expect(source?.next()).rejects.toThrow('broke its body off');
    expect(told).toEqual([{ tag: 'err', val: { tag: `HTTP-${of}-body-size`, val: 3n } }]);
  });
});

test('the times in request options go with the request, and an answer that nobody takes is let go', async () => {
  const headers = http('[constructor]fields');
  const options = http('[constructor]request-options');
  for (const [name, ns] of [
    ['connect', 1_500_000n],
    ['first-byte', 3_000_000n],
    ['between-bytes', 4_000_000n],
  ])
    http(`[method]request-options.set-${name}-timeout`, options, ns);
  const made = http('[static]request.new', headers, undefined, new SharedFuture(), options) as unknown[];
  http('[method]request.set-authority', made[0], 'example.com');
  let asked: FetchRequest | null = null;
  const told: string[] = [];
  const body = { next: async () => null, cancel: () => told.push('cancelled'), trailers: () => [] };
  const fetch = async (request: FetchRequest) => {
    asked = request;
    return { status: 200, url: '', headers: [], body };
  };
  const cx = { fetcher: { fetch }, signal: new AbortController().signal };
  const answer = await call(client03, 'send', cx, made[0]);
  expect(asked).toMatchObject({ connectMsMax: 2, timeoutMs: 5, idleMsMax: 4 });
  client03.functions.send?.abandoned?.(answer as never);
  expect(told).toEqual(['cancelled']);
});
