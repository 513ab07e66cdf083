// What one request leaves behind no other finds: guests that try to hand something on, through all that a
// guest can change, in instances that are kept and put back, and in instances made for each request.
// Both have to give the same answers, and the same as the very first request.

import { describe, expect, test } from 'vitest';
import { appOf, prebuiltApp, type TestApp } from '../support/apps.ts';
import { componentOf } from '../support/hostile.ts';

/** Answers with the status 200 + `$seen`: how much of an earlier request it has found. */
const RESPOND = `(func $answer (param $seen i32)
  (call $respond (i32.add (i32.const 200) (local.get $seen)) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64)))`;

/** `freshBecause`: why such a guest's instances cannot be kept; null for those that are. */
interface Leak {
  readonly fields: string;
  readonly freshBecause: RegExp | null;
  /** What the second request finds of its own instance; the first finds that in which the app was started. */
  readonly instance: 'restored' | 'fresh';
  readonly code?: string;
}

const LEAKS: Readonly<Record<string, Leak>> = {
  'a byte of its memory': {
    fields: `${RESPOND} (func $handle (param i32)
      (call $answer (i32.load8_u (i32.const 70000)))
      (i32.store8 (i32.const 70000) (i32.const 1)))`,
    freshBecause: null,
    instance: 'restored',
  },
  'a byte of a data segment': {
    fields: `${RESPOND} (data (i32.const 60000) "\\00\\01\\02") (func $handle (param i32)
      (call $answer (i32.sub (i32.load8_u (i32.const 60002)) (i32.const 2)))
      (i32.store8 (i32.const 60002) (i32.const 9)))`,
    freshBecause: null,
    instance: 'restored',
  },
  'a global': {
    fields: `${RESPOND} (global $kept (mut i64) (i64.const 0)) (func $handle (param i32)
      (call $answer (i32.wrap_i64 (global.get $kept)))
      (global.set $kept (i64.const 7)))`,
    freshBecause: null,
    instance: 'restored',
  },
  'a global and a trap half-way': {
    fields: `${RESPOND} (global $kept (mut f64) (f64.const 0)) (func $handle (param i32)
      (call $answer (i32.trunc_f64_s (global.get $kept)))
      (global.set $kept (f64.const 7))
      (unreachable))`,
    freshBecause: null,
    instance: 'restored',
    code: 'GUEST_TRAPPED',
  },
  'a byte, until its CPU time is used up': {
    fields: `${RESPOND} (func $handle (param i32)
      (call $answer (i32.load8_u (i32.const 70000)))
      (i32.store8 (i32.const 70000) (i32.const 1))
      (loop $again (br $again)))`,
    freshBecause: null,
    instance: 'restored',
    code: 'LIMIT_CPU',
  },
  'the size of its memory': {
    fields: `${RESPOND} (func $handle (param i32)
      (call $answer (i32.sub (memory.size) (i32.const 2)))
      (drop (memory.grow (i32.const 1))))`,
    freshBecause: null,
    instance: 'fresh',
  },
  'growth by nothing, and a byte': {
    fields: `${RESPOND} (func $handle (param i32)
      (call $answer (i32.load8_u (i32.const 70000)))
      (i32.store8 (i32.const 70000) (memory.grow (i32.const 0))))`,
    freshBecause: null,
    instance: 'restored',
  },
  'what its start function has written': {
    fields: `${RESPOND} (global $kept (mut i32) (i32.const 3)) (start $init)
      (func $init (global.set $kept (i32.const 5)) (i32.store (i32.const 70000) (i32.const 5)))
      (func $handle (param i32)
        (call $answer (i32.sub (i32.add (global.get $kept) (i32.load (i32.const 70000))) (i32.const 10)))
        (global.set $kept (i32.const 9)) (i32.store (i32.const 70000) (i32.const 9)))`,
    freshBecause: null,
    instance: 'restored',
  },
  'a handle that it does not drop': {
    fields: `${RESPOND}
      (func (export "rude:guest/things#[dtor]thing") (param i32))
      (func $handle (param i32)
        (call $answer (i32.sub (call $thing-new (i32.const 7)) (i32.const 1))))`,
    freshBecause: null,
    instance: 'restored',
  },
  'an element of a table': {
    fields: `${RESPOND} (table $kept 2 funcref) (elem declare func $handle) (func $handle (param i32)
      (call $answer (i32.eqz (ref.is_null (table.get $kept (i32.const 0)))))
      (table.set $kept (i32.const 0) (ref.func $handle)))`,
    freshBecause: /^Core module 0 changes a table \(table\.set\) at 0x/,
    instance: 'fresh',
  },
  'a dropped segment': {
    fields: `${RESPOND} (data $kept "\\01") (func $handle (param i32)
      (memory.init $kept (i32.const 70000) (i32.const 0) (i32.const 1))
      (call $answer (i32.sub (i32.load8_u (i32.const 70000)) (i32.const 1)))
      (data.drop $kept))`,
    freshBecause: /drops a segment \(data\.drop\)/,
    instance: 'fresh',
  },
  'a reference': {
    fields: `${RESPOND} (global $kept (mut funcref) (ref.null func)) (elem declare func $handle) (func $handle (param i32)
      (call $answer (i32.eqz (ref.is_null (global.get $kept))))
      (global.set $kept (ref.func $handle)))`,
    freshBecause: /has a mutable global of type funcref/,
    instance: 'fresh',
  },
  'a vector': {
    fields: `${RESPOND} (global $kept (mut v128) (v128.const i32x4 0 0 0 0)) (func $handle (param i32)
      (call $answer (i32x4.extract_lane 0 (global.get $kept)))
      (global.set $kept (v128.const i32x4 1 1 1 1)))`,
    freshBecause: /has a mutable global of type v128/,
    instance: 'fresh',
  },
};

async function statusAndCode(app: TestApp) {
  const exchange = app.start();
  const { status } = await exchange.response;
  const { code, instance, discarded } = await exchange.done;
  return { status, code, instance, discarded };
}

describe('a guest that tries to hand on', () => {
  test.each(Object.entries(LEAKS))('%s', async (_, { fields, freshBecause, instance, code = 'OK' }) => {
    const component = await componentOf(fields);
    const limits = code === 'LIMIT_CPU' ? { cpuMsMax: 20 } : {};
    const kept = await appOf(component, { limits });
    if (freshBecause === null) expect(kept.freshBecause).toBe(null);
    else expect(kept.freshBecause).toMatch(freshBecause);
    const fresh = await appOf(component, { limits, init: 'per-request' });
    for (let round = 0; round < 4; round += 1) {
      const [one, other] = [await statusAndCode(kept), await statusAndCode(fresh)];
      expect([one.status, one.code]).toEqual([200, code]);
      expect([other.status, other.code, other.instance]).toEqual([200, code, 'fresh']);
      const first = freshBecause === null ? 'restored' : 'fresh';
      expect(one.instance).toBe(round === 0 ? first : instance);
    }
    await kept.close();
    await fresh.close();
  });

  test('a memory that has grown is counted, and its instance is not kept', async () => {
    const app = await appOf(await componentOf(LEAKS['the size of its memory']!.fields));
    expect(await statusAndCode(app)).toMatchObject({ discarded: true });
    await app.close();
  });

  test('something after its client has left', async () => {
    const app = await appOf(
      await componentOf(`${RESPOND} (func $handle (param i32)
        (if (i32.load8_u (i32.const 70000)) (then (call $answer (i32.const 1)) (return)))
        (i32.store8 (i32.const 70000) (i32.const 1))
        (call $sleep (i32.const 50))
        (call $answer (i32.const 0)))`),
    );
    for (let round = 0; round < 3; round += 1) {
      const exchange = app.start();
      exchange.response.catch(() => {});
      exchange.cancel('client-gone');
      expect((await exchange.done).code).toBe('CLIENT_GONE');
    }
    expect(await statusAndCode(app)).toMatchObject({ status: 200, instance: 'restored' });
    await app.close();
  });
});

describe('the guests of the repository', () => {
  const requests = ['/', '/a?b=c', '/', '/x/y/z', '/'].map((path) => ({ url: `http://localhost${path}` }));

  test.each([
    'assemblyscript/hello',

    'rust/hello',
    'go/hello',
  ])('%s answers from kept instances as from fresh ones, and none is discarded', async (name) => {
    const kept = await prebuiltApp(name);
    const fresh = await prebuiltApp(name, { init: 'per-request' });
    for (const request of requests) {
      const [one, other] = [await kept.ask(request), await fresh.ask(request)];
      expect([one.status, one.headers, one.text]).toEqual([other.status, other.headers, other.text]);
      expect(one.outcome.hostCalls).toBeLessThanOrEqual(other.outcome.hostCalls);
      expect(one.outcome.discarded).toBe(false);
    }
    expect((await kept.ask()).outcome.instance).toBe('restored');
    await kept.close();
    await fresh.close();
  });

  test('random tokens do not repeat', async () => {
    const apps = [await prebuiltApp('rust/random'), await prebuiltApp('rust/random')];
    const texts: string[] = [];
    for (let round = 0; round < 5; round += 1) for (const app of apps) texts.push((await app.ask()).text);
    expect(new Set(texts).size).toBe(texts.length);
    for (const app of apps) await app.close();
  });
});
