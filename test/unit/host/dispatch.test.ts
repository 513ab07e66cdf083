// Admission and the registry: small rules that the request path leans on.

import { describe, expect, test } from 'vitest';
import { admission, inFlightMaxFor } from '../../../host/dispatch.ts';
import type { Outcome } from '../../../host/exchange.ts';
import { Registry } from '../../../host/registry.ts';
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

describe('admission()', () => {
  test('refuses above the cap, over all versions, until a guest is done', async () => {
    const running: ((outcome: Outcome) => void)[] = [];
    const dispatch = () => {
      const done = Promise.withResolvers<Outcome>();
      running.push(done.resolve);
      return {
        response: Promise.resolve({ status: 200, headers: [], content: null }),
        done: done.promise,
        cpuMs: 0,
        cancel() {},
      };
    };
    const admit = admission(2);
    const [one, other] = [admit(dispatch), admit(dispatch)];
    await one(request, 0).response;
    await other(request, 0).response;
    const refused = one(request, 0);
    await expect(refused.response).rejects.toMatchObject({ code: 'OVERLOADED' });
    expect((await refused.done).code).toBe('OVERLOADED');
    expect(running).toHaveLength(2);
    running[0]?.(OK_OUTCOME);
    await new Promise((resolve) => setImmediate(resolve));
    await expect(other(request, 0).response).resolves.toMatchObject({ status: 200 });
  });
});

test.each([
  [65_530, 6_053],
  [1_048_576, 15_000],
  [5_000, 100],
  [null, 6_000],
])('inFlightMaxFor(%j) is %i', (mapCountMax, expected) => {
  expect(inFlightMaxFor(mapCountMax)).toBe(expected);
});

describe('Registry', () => {
  test('answers with the active version, and moves one pointer', () => {
    const registry = new Registry<{ digest: string }>();
    expect(registry.active('a')).toBeNull();
    registry.add('a', { digest: '1' });
    expect(registry.active('a')).toBeNull();
    registry.activate('a', '1');
    registry.add('a', { digest: '2' });
    expect(registry.active('a')).toEqual({ digest: '1' });
    registry.activate('a', '2');
    expect(registry.active('a')).toEqual({ digest: '2' });
    registry.activate('a', '1');
    expect(registry.active('a')).toEqual({ digest: '1' });
    expect(registry.active('b')).toBeNull();
  });

  test('keeps versions as they are', () => {
    const registry = new Registry<{ digest: string }>();
    registry.add('a', { digest: '1' });
    expect(() => registry.add('a', { digest: '1' })).toThrow('already');
    expect(() => registry.activate('a', '2')).toThrow('no version 2');
    expect(() => registry.activate('b', '1')).toThrow('no version 1');
  });
});

test('requestIds() draws every name from fresh random bytes', () => {
  let fills = 0;
  const next = requestIds((pool) => pool.fill(++fills));
  const names = Array.from({ length: 257 }, next);
  expect(names[0]).toBe('01'.repeat(12));
  expect(names[255]).toBe('01'.repeat(12));
  expect(names[256]).toBe('02'.repeat(12));
  expect(fills).toBe(2);
});
