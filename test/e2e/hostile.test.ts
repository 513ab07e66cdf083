// Rude guests: each is ended when its time is used up, a neighbour on the same thread is served
// meanwhile, and nothing is left of them. How exactly they end is for `bench/meter-precision.ts`.

import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Outcome } from '../../host/exchange.ts';
import { type AppOptions, appOf, prebuiltApp, type TestApp } from '../support/apps.ts';
import { componentOf, hostileComponent, hostileNames } from '../support/hostile.ts';

const LIMIT_MS = 20;
/** For a long run: `KILLS=10000 npm test -- hostile`. */
const KILLS = Number(process.env.KILLS ?? 1_000);
const names = await hostileNames();
const rudeGuests = [
  ...names.map((name) => [name, 'wheeler:edge'] as const),
  ...(await hostileNames('wasi:http')).map((name) => [name, 'wasi:http'] as const),
];

let neighbour: TestApp;
beforeAll(async () => {
  neighbour = await prebuiltApp('assemblyscript/hello');
  await neighbour.ask();
});
afterAll(() => neighbour.close());

const limited = (cpuMsMax: number): AppOptions => ({ limits: { cpuMsMax } });

async function endOf(app: TestApp): Promise<Outcome> {
  const exchange = app.start();
  exchange.response.then(
    ({ content }) => (content !== null && !(content instanceof Uint8Array) ? content.cancel() : undefined),
    () => {},
  );
  return exchange.done;
}

async function appFrom(fields: string, options?: AppOptions): Promise<TestApp> {
  return appOf(await componentOf(fields), options);
}

describe('a rude guest is ended when its CPU time is used up, and a neighbour is served', () => {
  test('there are many', () => expect(names.length).toBeGreaterThanOrEqual(20));

  test('before any request: then it is not deployed', async () => {
    const deploy = appOf(await hostileComponent('start'), limited(LIMIT_MS));
    await expect(deploy).rejects.toThrow('It does not start: it uses up its CPU time before any request');
  });

  test.each(rudeGuests.filter(([name]) => name !== 'start'))('%s, a guest of %s', async (name, world) => {
    const app = await appOf(await hostileComponent(name, world), limited(LIMIT_MS));
    const rude = endOf(app);
    const { status, text } = await neighbour.ask({ url: 'http://localhost/beside' });
    expect([status, JSON.parse(text).path]).toEqual([200, '/beside']);
    const { code, cpuMs } = await rude;
    expect(code).toBe('LIMIT_CPU');
    expect(cpuMs).toBeGreaterThanOrEqual(LIMIT_MS);
    // Generous: other programs and the garbage collector may be in the way.
    expect(cpuMs).toBeLessThan(LIMIT_MS + 60);
    await app.close();
  });

  test(
    `${KILLS} of them leave nothing behind`,
    async () => {
      const rude = ['infinite-loop', 'memory-grow', 'destructor', 'realloc', 'throw-catch'];
      const apps = await Promise.all(
        rude.map(async (name) => appOf(await hostileComponent(name), limited(1))),
      );
      const kill = async (count: number) => {
        for (let i = 0; i < count; i += 1) {
          const { code } = await endOf(apps[i % apps.length] as TestApp);
          if (code !== 'LIMIT_CPU') throw new Error(`Kill ${i} ended with ${code}`);
          const { status, text } = await neighbour.ask({ url: `http://localhost/${i}` });
          if (status !== 200 || JSON.parse(text).path !== `/${i}`)
            throw new Error(`Beside kill ${i}: ${text}`);
        }
        globalThis.gc?.();
        await new Promise((resolve) => setTimeout(resolve, 20));
        globalThis.gc?.();
      };
      await kill(200);
      const before = { rss: process.memoryUsage().rss, mappings: mappings(), handles: handles() };
      await kill(KILLS);
      const after = { rss: process.memoryUsage().rss, mappings: mappings(), handles: handles() };
      if (KILLS > 1_000) console.log({ before, after });
      expect(after.rss - before.rss).toBeLessThan(30e6);
      expect(after.mappings - before.mappings).toBeLessThan(200);
      expect(after.handles).toBe(before.handles);
    },
    60_000 + KILLS * 100,
  );
});

describe('preemption', () => {
  const WORK = (rounds: number) => `
    (func $handle (param $request i32) (local $i i32)
      (local.set $i (i32.const ${rounds}))
      (loop $again (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (call $respond (i32.const 200) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)))`;

  test('a small request is answered many times while a large one computes', async () => {
    const large = await appFrom(WORK(100_000_000));
    const small = await appFrom(WORK(100_000));
    const events: string[] = [];
    const done = endOf(large).then((outcome) => {
      events.push('large');
      return outcome;
    });
    for (let i = 0; i < 5; i += 1) {
      const { code } = await endOf(small);
      expect(code).toBe('OK');
      events.push('small');
    }
    const { code, yields } = await done;
    expect(code).toBe('OK');
    expect(yields).toBeGreaterThan(10);
    expect(events).toEqual(['small', 'small', 'small', 'small', 'small', 'large']);
  });

  test('guests that compute take turns, and end in the order of how much they do', async () => {
    const ended: number[] = [];
    const sizes = [30, 20, 10];
    const apps = await Promise.all(sizes.map((size) => appFrom(WORK(size * 2_000_000))));
    await Promise.all(
      apps.map(async (app, i) => {
        await endOf(app);
        ended.push(sizes[i] as number);
      }),
    );
    expect(ended).toEqual([10, 20, 30]);
  });
});

describe('the bill', () => {
  test('is for what was computed, not for what was waited', async () => {
    const app = await appFrom(
      `(func $handle (param $request i32) (local $i i32)
        (call $sleep (i32.const 300))
        (local.set $i (i32.const 10000000))
        (loop $again (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (call $sleep (i32.const 200))
        (call $respond (i32.const 200) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)))`,
      limited(100),
    );
    const began = performance.now();
    const { code, cpuMs, waits } = await endOf(app);
    expect([code, waits]).toEqual(['OK', 2]);
    expect(performance.now() - began).toBeGreaterThan(490);
    expect(cpuMs).toBeGreaterThan(1);
    expect(cpuMs).toBeLessThan(60);
  });

  test('has the time of post-return on it', async () => {
    const app = await appFrom(
      `(func $handle (param $request i32)
        (call $respond (i32.const 200) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)))
      (func (export "cabi_post_wheeler:edge/handler@0.1.0#handle") (local $i i32)
        (local.set $i (i32.const 20000000))
        (loop $again (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))`,
    );
    const { code, cpuMs, yields } = await endOf(app);
    expect(code).toBe('OK');
    expect(cpuMs).toBeGreaterThan(3);
    expect(yields).toBeGreaterThan(1);
  });
});

describe('the clock that a guest is given', () => {
  test('does not tell it how long it has computed, also when others have their turn', async () => {
    const app = await appFrom(
      `(func $handle (param $request i32) (local $i i32) (local $before i64) (local $left i32)
        (call $sleep (i32.const 1))
        (local.set $before (call $now))
        (local.set $left (call $cpu-ms-left))
        (local.set $i (i32.const 50000000))
        (loop $again (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
        (if (i64.ne (call $now) (local.get $before)) (then (unreachable)))
        (if (i32.ne (call $cpu-ms-left) (local.get $left)) (then (unreachable)))
        (call $sleep (i32.const 1))
        (if (i64.eq (call $now) (local.get $before)) (then (unreachable)))
        (call $respond (i32.const 200) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)))`,
    );
    const { code, yields } = await endOf(app);
    expect(code).toBe('OK');
    expect(yields).toBeGreaterThan(1);
  });
});

describe('what the host does for a guest', () => {
  test('ends with it: a digest of much memory is not finished for a guest without time', async () => {
    const app = await appOf(await hostileComponent('digest'), limited(2));
    const { code, cpuMs } = await endOf(app);
    expect(code).toBe('LIMIT_CPU');
    // All of it takes more than 15 ms on any machine.
    expect(cpuMs).toBeLessThan(12);
  });
});

/** Every memory and every suspended stack has some. */
function mappings(): number {
  return readFileSync('/proc/self/maps', 'utf8').split('\n').length;
}

function handles(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate').length;
}
