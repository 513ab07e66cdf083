// Admission: who may start, who waits for how long, and who is sent away.

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { admission } from '../../../host/admission.ts';
import type { Outcome } from '../../../host/exchange.ts';
import { inFlightMaxFor, memoryGauge } from '../../../host/machine.ts';
import { requestIds } from '../../../host/request-id.ts';
import { OK_OUTCOME } from '../../support/fake-guest.ts';

const request = {
  method: 'GET',
  url: 'http://h/',
  headers: [],
  body: null,
  client: { address: '127.0.0.1', country: null, region: null },
  id: 'x',
};

/** Guests that run until the test ends them. */
function fakeGuests() {
  const running: { app: string; end: () => void }[] = [];
  const dispatchOf = (app: string) => () => {
    const done = Promise.withResolvers<Outcome>();
    const one = {
      app,
      end: () => {
        running.splice(running.indexOf(one), 1);
        done.resolve(OK_OUTCOME);
      },
    };
    running.push(one);
    return {
      response: Promise.resolve({ status: 200, headers: [], content: null }),
      done: done.promise,
      cpuMs: 0,
      cancel() {},
    };
  };
  return { running, dispatchOf };
}

const MANY = 1_000_000;
const plenty = { nowMs: () => Date.now(), isMemoryShort: () => false };

async function settle() {
  for (let i = 0; i < 10; i += 1) await null;
}

describe('admission()', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('lets those above the cap wait until a guest is done', async () => {
    const { running, dispatchOf } = fakeGuests();
    const one = admission({ ...plenty, inFlightMax: 2 })('a', MANY, dispatchOf('a'));
    one(request, 0);
    one(request, 0);
    const third = one(request, 0);
    await settle();
    expect(running).toHaveLength(2);
    running[0]?.end();
    await expect(third.response).resolves.toMatchObject({ status: 200 });
    expect(running).toHaveLength(2);
  });

  test('sends away who has waited too long, and not before', async () => {
    const { running, dispatchOf } = fakeGuests();
    const one = admission({ ...plenty, inFlightMax: 1, waitMsMax: 5_000 })('a', MANY, dispatchOf('a'));
    one(request, 0);
    const late = one(request, 0);
    let code: string | null = null;
    late.done.then((outcome) => {
      code = outcome.code;
    });
    await vi.advanceTimersByTimeAsync(4_990);
    expect(code).toBeNull();
    await vi.advanceTimersByTimeAsync(20);
    expect(code).toBe('OVERLOADED');
    await expect(late.response).rejects.toMatchObject({ code: 'OVERLOADED' });
    running[0]?.end();
    await settle();
    expect(running).toHaveLength(0);
  });

  test('an app has its own cap', async () => {
    const { running, dispatchOf } = fakeGuests();
    const admit = admission({ ...plenty, inFlightMax: 100 });
    const [a, b] = [admit('a', 2, dispatchOf('a')), admit('b', MANY, dispatchOf('b'))];
    for (let i = 0; i < 5; i += 1) a(request, 0);
    b(request, 0);
    await settle();
    expect(running.map(({ app }) => app).join('')).toBe('aab');
  });

  test('a flood leaves room for others, and they take turns when there is none', async () => {
    const { running, dispatchOf } = fakeGuests();
    const admit = admission({ ...plenty, inFlightMax: 10 });
    const [a, b, c] = ['a', 'b', 'c'].map((app) => admit(app, MANY, dispatchOf(app))) as [
      ReturnType<typeof admit>,
      ReturnType<typeof admit>,
      ReturnType<typeof admit>,
    ];
    for (let i = 0; i < 100; i += 1) a(request, 0);
    await settle();
    expect(running).toHaveLength(8);
    for (let i = 0; i < 100; i += 1) b(request, 0);
    c(request, 0);
    await settle();
    const count = (app: string) => running.filter((one) => one.app === app).length;
    expect(count('b')).toBe(2);
    // In turn with the first two, though a hundred came before.
    for (let i = 0; i < 3; i += 1) {
      running[0]?.end();
      await settle();
    }
    expect(count('c')).toBe(1);
    for (let i = 0; i < 40; i += 1) {
      running[0]?.end();
      await settle();
    }
    expect(Math.abs(count('a') - count('b'))).toBeLessThanOrEqual(1);
  });

  test('whoever leaves while waiting never starts', async () => {
    const { running, dispatchOf } = fakeGuests();
    const one = admission({ ...plenty, inFlightMax: 1 })('a', MANY, dispatchOf('a'));
    one(request, 0);
    const gone = one(request, 0);
    gone.cancel('client-gone');
    expect((await gone.done).code).toBe('CLIENT_GONE');
    running[0]?.end();
    await settle();
    expect(running).toHaveLength(0);
  });

  test('refuses at once when as many wait as may, and when memory is short', async () => {
    const { dispatchOf } = fakeGuests();
    let isShort = false;
    const admit = admission({ ...plenty, inFlightMax: 1, isMemoryShort: () => isShort });
    const one = admit('a', MANY, dispatchOf('a'));
    for (let i = 0; i < 1_001; i += 1) one(request, 0);
    expect((await one(request, 0).done).detail).toContain('1000 wait');
    isShort = true;
    expect((await one(request, 0).done).detail).toContain('memory');
  });
});

test('memoryGauge() compares what is resident with the ceiling', () => {
  const nowMs = () => 0;
  expect(memoryGauge(1, nowMs)()).toBe(true);
  expect(memoryGauge(Number.MAX_SAFE_INTEGER, nowMs)()).toBe(false);
});

test.each([
  [65_530, 6_053],
  [1_048_576, 15_000],
  [5_000, 100],
  [null, 6_000],
])('inFlightMaxFor(%j) is %i', (mapCountMax, expected) => {
  expect(inFlightMaxFor(mapCountMax)).toBe(expected);
});

test('requestIds() draws every name from fresh random bytes', () => {
  let fills = 0;
  const next = requestIds((pool) => pool.fill(++fills));
  const names = Array.from({ length: 1_025 }, next);
  expect(names[0]).toBe('01'.repeat(12));
  expect(names[1_023]).toBe('01'.repeat(12));
  expect(names[1_024]).toBe('02'.repeat(12));
  expect(fills).toBe(2);
});
