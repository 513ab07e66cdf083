// `reuse`: an instance that serves several requests, one after the other, before it is put back. Only an app
// that asks for it has that, and only after requests that ended well.

import { describe, expect, test } from 'vitest';
import { appOf, programApp, type TestApp } from '../support/apps.ts';
import { componentOf } from '../support/hostile.ts';

/** Answers with the status 200 and the number of requests that it has had; then does `more` with that. */
const COUNTS = (more = '') => `
  (global $count (mut i32) (i32.const 0))
  (func $handle (param i32)
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    ${more}
    (call $respond (i32.add (i32.const 200) (global.get $count))
      (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))`;

async function app(fields: string, options: Parameters<typeof appOf>[1] = {}): Promise<TestApp> {
  return appOf(await componentOf(fields), options);
}

async function counted(one: TestApp): Promise<[status: number | null, instance: string, use: number]> {
  const exchange = one.start();
  const status = await exchange.response.then(
    (response) => response.status - 200,
    () => null,
  );
  const { instance, use } = await exchange.done;
  return [status, instance, use];
}

async function times(count: number, one: TestApp) {
  const seen: Awaited<ReturnType<typeof counted>>[] = [];
  for (let i = 0; i < count; i += 1) seen.push(await counted(one));
  return seen;
}

describe('an instance', () => {
  test('is put back before each request, unless the app says otherwise', async () => {
    expect(await times(3, await app(COUNTS()))).toEqual(Array(3).fill([1, 'restored', 1]));
  });

  test('serves as many requests as the app says, and is put back then', async () => {
    expect(await times(7, await app(COUNTS(), { reuse: 3 }))).toEqual([
      [1, 'restored', 1],
      [2, 'reused', 2],
      [3, 'reused', 3],
      [1, 'restored', 1],
      [2, 'reused', 2],
      [3, 'reused', 3],
      [1, 'restored', 1],
    ]);
  });

  test('that is made for each request is made anew then', async () => {
    expect(await times(3, await app(COUNTS(), { reuse: 2, init: 'per-request' }))).toEqual([
      [1, 'fresh', 1],
      [2, 'reused', 2],
      [1, 'fresh', 1],
    ]);
  });

  test('whose memory has grown goes on, and is discarded in the end', async () => {
    const grows = '(drop (memory.grow (i32.const 1)))';
    const one = await app(COUNTS(grows), { reuse: 2 });
    const outcomes = [];
    for (let i = 0; i < 3; i += 1) outcomes.push((await one.ask()).outcome);
    expect(
      outcomes.map(({ instance, discarded, memoryBytes }) => [instance, discarded, memoryBytes]),
    ).toEqual([
      ['restored', false, 3 * 65_536],
      ['reused', true, 4 * 65_536],
      ['fresh', false, 3 * 65_536],
    ]);
  });

  test('keeps what is of the app and not of a request: the stream of its log, which it opened once', async () => {
    const logs = `(func $handle (param $request i32)
      (call $request-drop (local.get $request))
      (call $log (i32.const 0) (i32.const 512) (i32.const 15))
      (call $respond (i32.const 200) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))
      (data (i32.const 512) "a line, unended")`;
    const one = await appOf(await componentOf(logs, 'wasi:http'), { reuse: 3 });
    const seen = [];
    for (let i = 1; i <= 4; i += 1) seen.push([(await one.ask()).outcome.use, one.logged.length]);
    expect(seen).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [1, 4],
    ]);
    expect(one.logged).toEqual(Array(4).fill('error a line, unended'));
  });

  test('has one request at a time', async () => {
    const one = await app(COUNTS('(call $sleep (i32.const 5))'), { reuse: 10 });
    const seen = await Promise.all(Array.from({ length: 4 }, () => counted(one)));
    expect(seen.map(([count]) => count)).toEqual([1, 1, 1, 1]);
  });

  test('has the whole of its CPU time for each', async () => {
    const spends = '(call $spend)';
    const spend = `(func $spend (local $i i32) (loop $l
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 20000000)))))`;
    const measured = await (await app(`${COUNTS(spends)} ${spend}`)).ask();
    // Enough for two of them on a busy machine, and not for eight.
    const limits = { cpuMsMax: Math.ceil(4 * measured.outcome.cpuMs) };
    const one = await app(`${COUNTS(spends)} ${spend}`, { reuse: 20, limits });
    expect((await times(8, one)).map(([count]) => count)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('an instance is not used again', () => {
  const second = (what: string) => `(if (i32.eq (global.get $count) (i32.const 2)) (then ${what}))`;

  test.each([
    ['after a trap', 'unreachable', {}],
    ['after its CPU time was used up', '(loop $l (br $l))', { cpuMsMax: 20 }],
    ['after a deadline', '(call $sleep (i32.const 100000))', { responseMsMax: 20 }],
  ])('%s', async (_, what, limits) => {
    expect(await times(3, await app(COUNTS(second(what)), { reuse: 10, limits }))).toEqual([
      [1, expect.any(String), 1],
      [null, 'reused', 2],
      [1, expect.any(String), 1],
    ]);
  });

  test('while it holds other handles: they were of the request', async () => {
    const holds = '(drop (call $thing-new (i32.const 1)))';
    const one = await app(
      `${COUNTS(holds)} (export "rude:guest/things#[dtor]thing" (func $dtor)) (func $dtor (param i32))`,
      {
        reuse: 10,
      },
    );
    expect((await times(3, one)).map(([count]) => count)).toEqual([1, 1, 1]);
  });
});

test('a program ends with its request, so it is refused', async () => {
  await expect(programApp('hello', { reuse: 2 })).rejects.toThrow('A command ends with its request');
});
