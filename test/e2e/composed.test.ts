// Compositions: one guest in front of another, as one app. What is limited, metered, put back and told of a
// guest holds for both together. Values and handles between them: test/conformance/abi/composed.test.ts.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import type { Outcome } from '../../host/exchange.ts';
import { decodeComponent } from '../../toolchain/component/decode.ts';
import { forReference, ReferenceValidator } from '../../toolchain/component/reference.ts';
import { type AppOptions, appOf, prebuiltApp, type TestApp } from '../support/apps.ts';
import { composed } from '../support/compose.ts';
import { componentOf, type HostileWorld, hostileComponent, hostileNames } from '../support/hostile.ts';
import { ourRuntime } from '../support/ours.ts';
import { wasiHttpComponent } from '../support/wasi-http.ts';

const LIMIT_MS = 20;
const PASSES = '(func $handle (param $request i32) (call $inner (local.get $request)))';

const apps: TestApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

async function front(
  inner: Uint8Array,
  options: AppOptions = {},
  fields = PASSES,
  world: HostileWorld = 'wheeler:edge',
): Promise<TestApp> {
  const app = await appOf(composed({ outer: await componentOf(fields, world), inner }), options);
  apps.push(app);
  return app;
}

async function prebuilt(name: string): Promise<Uint8Array> {
  return (await readPrebuilt(name)) as Uint8Array;
}

async function endOf(app: TestApp): Promise<Outcome> {
  const exchange = app.start();
  exchange.response.catch(() => {});
  return exchange.done;
}

/** Component code that the reference validator, too, takes for valid. */
test.each(['rust/hello', 'assemblyscript/hello'])('%s behind another one is valid', async (name) => {
  const whole = composed({ outer: await componentOf(PASSES), inner: await prebuilt(name) });
  const decoded = decodeComponent(whole);
  if ('findings' in decoded) throw new Error(JSON.stringify(decoded.findings));
  const reference = new ReferenceValidator();
  expect(await reference.check(forReference(whole, decoded.component))).toEqual([]);
  reference.close();
});

describe('a guest behind another one', () => {
  test.each(['rust/hello', 'assemblyscript/hello', 'go/hello'])(
    '%s answers, and is put back',
    async (name) => {
      const [alone, app] = [await prebuiltApp(name), await front(await prebuilt(name))];
      apps.push(alone);
      for (const expected of ['fresh', 'restored', 'restored']) {
        const [wanted, got] = [await alone.ask(), await app.ask()];
        expect([got.status, got.text, got.headers]).toEqual([wanted.status, wanted.text, wanted.headers]);
        if (expected === 'restored') expect(got.outcome.instance).toBe(wanted.outcome.instance);
        // Calls between the two are none of the host's.
        expect(got.outcome.hostCalls).toBe(wanted.outcome.hostCalls);
        expect(got.outcome.memoryBytes).toBeGreaterThan(wanted.outcome.memoryBytes);
      }
      expect(app.freshBecause).toBe(alone.freshBecause);
    },
  );

  test('of wasi:http: request and answer are handed on as what they are', async () => {
    const app = await front(await wasiHttpComponent('hello'), {}, PASSES, 'wasi:http');
    for (let i = 0; i < 3; i += 1) {
      const { status, text, headers } = await app.ask();
      expect([status, text]).toEqual([201, 'hello from wasi:http\n']);
      expect(headers).toContainEqual(['x-guest', 'x-guest']);
    }
  });

  test('behind another one behind another one', async () => {
    const outer = await componentOf(PASSES);
    const inner = composed({ outer, inner: await prebuilt('rust/hello') });
    const app = await front(inner);
    expect((await app.ask()).status).toBe(200);
    expect((await app.ask()).outcome).toMatchObject({ code: 'OK', instance: 'restored' });
  });
});

describe('waits of the inner one', () => {
  const server: Server = createServer((_, response) => setTimeout(() => response.end('page'), 5));
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each(['rust', 'assemblyscript', 'go'])('a fetch, in %s', async (language) => {
    const variables = { ORIGIN: origin, PREFIX: '' };
    const grants = [{ origin, private: true }];
    const app = await front(await prebuilt(`${language}/secure-headers`), { variables, grants });
    const answers = await Promise.all(Array.from({ length: 5 }, () => app.ask()));
    expect(answers.map(({ status, text }) => [status, text])).toEqual(Array(5).fill([200, 'page']));
    expect(answers[0]?.outcome.waits).toBeGreaterThan(0);
  });

  test('are ended with the request, whatever the outer one would do', async () => {
    const sleeps = await componentOf(
      '(func $handle (param i32) (loop $again (call $sleep (i32.const 3600000)) (br $again)))',
    );
    const stubborn = `(func $handle (param $request i32)
      (loop $again
        (block $caught (try_table (catch_all $caught) (call $inner (local.get $request))))
        (br $again)))`;
    const app = await front(sleeps, { limits: { responseMsMax: 50 } }, stubborn);
    expect(await endOf(app)).toMatchObject({ code: 'LIMIT_RESPONSE_TIME' });
  });
});

describe('CPU time', () => {
  const names = hostileNames();
  let neighbour: TestApp;
  beforeAll(async () => {
    neighbour = await prebuiltApp('assemblyscript/hello');
    await neighbour.ask();
  });
  afterAll(() => neighbour.close());

  test('ends whatever rude guest the inner one is, and a neighbour is served', async () => {
    for (const name of await names) {
      if (name === 'start') continue;
      const app = await front(await hostileComponent(name), {
        limits: { cpuMsMax: LIMIT_MS, memoryMbMax: 256 },
      });
      const rude = endOf(app);
      expect((await neighbour.ask()).status).toBe(200);
      const { code, cpuMs, yields } = await rude;
      expect([name, code]).toEqual([name, 'LIMIT_CPU']);
      expect(cpuMs).toBeGreaterThanOrEqual(LIMIT_MS);
      expect(cpuMs).toBeLessThan(LIMIT_MS + 60);
      if (name === 'infinite-loop') expect(yields).toBeGreaterThan(5);
    }
  });

  test('of both is one bill', async () => {
    const spends =
      '(local $i i32) (loop $l (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 10000000))))';
    const inner = await componentOf(`(func $handle (param i32) ${spends})`);
    const outer = `(func $handle (param $request i32) ${spends} (call $inner (local.get $request)))`;
    const app = await front(inner, {}, outer);
    const alone = await appOf(inner);
    apps.push(alone);
    const [both, one] = [await endOf(app), await endOf(alone)];
    expect([both.code, one.code]).toEqual(['GUEST_NO_RESPONSE', 'GUEST_NO_RESPONSE']);
    expect(both.cpuMs).toBeGreaterThan(1.3 * one.cpuMs);
  });
});

describe('a crash of the inner one', () => {
  test('ends both, and the stack has frames of both', async () => {
    const inner = await componentOf('(func $breaks unreachable) (func $handle (param i32) (call $breaks))');
    const app = await front(
      inner,
      {},
      `(func $hands-on (param $request i32) (call $inner (local.get $request)))
       (func $handle (param $request i32)
         (block $caught (try_table (catch_all $caught) (call $hands-on (local.get $request)))))`,
    );
    const { code, crash } = await endOf(app);
    expect(code).toBe('GUEST_TRAPPED');
    expect(crash?.stack.map((frame) => JSON.stringify(frame)).join()).toMatch(/breaks.*hands-on/);
  });

  test('an exception does not reach the outer one', async () => {
    const inner = await componentOf('(tag $e) (func $handle (param i32) (throw $e))');
    const catches = `(func $handle (param $request i32)
      (loop $again
        (block $caught (try_table (catch_all $caught) (call $inner (local.get $request))))
        (br $again)))`;
    expect(await endOf(await front(inner, {}, catches))).toMatchObject({ code: 'GUEST_TRAPPED' });
  });
});

describe('memory', () => {
  const grows = (mb: number) => `(drop (memory.grow (i32.const ${mb * 16})))`;

  test.each([
    ['the inner one', 0, 20],
    ['the outer one', 20, 0],
  ])('of both is within one limit: %s asks for more than its share', async (_, outerMb, innerMb) => {
    const needs = (mb: number) =>
      `(if (i32.eq (memory.grow (i32.const ${mb * 16})) (i32.const -1)) (then (unreachable)))`;
    const inner = await componentOf(`(func $handle (param i32) ${needs(innerMb)})`);
    const outer = `(func $handle (param $request i32) ${needs(outerMb)} (call $inner (local.get $request)))`;
    const outcome = await endOf(await front(inner, { limits: { memoryMbMax: 32 } }, outer));
    expect(outcome.code).toBe('LIMIT_MEMORY');
    expect(outcome.memoryBytes).toBeLessThanOrEqual(32 * 1024 * 1024);
  });

  test('is counted of both', async () => {
    const inner = await componentOf(`(func $handle (param i32) ${grows(3)})`);
    const outer = `(func $handle (param $request i32) ${grows(2)} (call $inner (local.get $request)))`;
    const { memoryBytes } = await endOf(await front(inner, {}, outer));
    // Each begins with two pages.
    expect(memoryBytes).toBe(5 * 1024 * 1024 + 4 * 65_536);
  });
});

test('a component is not called while a call into it is under way, but the one around both may be', async () => {
  const module = (fields: string) => `(core module $m
    (import "host" "f" (func $f)) (global $calls (mut i32) (i32.const 0)) ${fields})`;
  const calls = module(`(func (export "run") (call $f))`);
  // C calls `back` of P around it, which is in the middle of a call: allowed. What P does there differs.
  const whole = (again: string) => `(component
    (core module $table (table (export "t") 2 funcref))
    (core instance $table (instantiate $table))
    (core module $back (import "t" "t" (table 2 funcref)) (type $none (func))
      (func (export "back") ${again}))
    (core instance $back (instantiate $back (with "t" (instance $table))))
    (func $back (canon lift (core func $back "back")))
    (component $c
      (import "f" (func $f))
      (core func $f (canon lower (func $f)))
      ${calls}
      (core instance $i (instantiate $m (with "host" (instance (export "f" (func $f))))))
      (func (export "run") (canon lift (core func $i "run"))))
    (instance $c (instantiate $c (with "f" (func $back))))
    (core func $run (canon lower (func $c "run")))
    (core module $fill (import "t" "t" (table 2 funcref)) (import "c" "run" (func $run)) (elem (i32.const 0) $run)
      (func (export "go") (call $run)))
    (core instance $fill (instantiate $fill
      (with "t" (instance $table)) (with "c" (instance (export "run" (func $run))))))
    (func (export "go") (canon lift (core func $fill "go"))))`;
  const run = async (again: string) => {
    const running = ourRuntime(await parse(whole(again))).instantiate({});
    return running.call(null as never, 'go');
  };
  await expect(run('')).resolves.toBeUndefined();
  await expect(run('(call_indirect (type $none) (i32.const 0))')).rejects.toThrow(
    'A component was called while a call into it was under way',
  );
});
