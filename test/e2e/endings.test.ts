// How requests end: by themselves, by the client, by a limit, by a crash; and that nothing of
// them is left.

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { watApp } from '../support/apps.ts';

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a guest with catch_all around a suspended import', () => {
  test('does not survive the client', async () => {
    const app = await watApp('catches-everything');
    const exchange = app.start();
    await soon(5);
    exchange.cancel('client-gone');
    expect((await exchange.done).code).toBe('CLIENT_GONE');
    await expect(exchange.response).rejects.toMatchObject({ code: 'CLIENT_GONE' });
    expect(app.logged).toEqual([]);
  });

  test('does not survive the limit on the time to a response', async () => {
    const app = await watApp('catches-everything', { limits: { responseMsMax: 10 } });
    const exchange = app.start();
    await expect(exchange.response).rejects.toMatchObject({ code: 'LIMIT_RESPONSE_TIME' });
    const { code, hostCalls } = await exchange.done;
    expect([code, hostCalls]).toEqual(['LIMIT_RESPONSE_TIME', 1]);
    expect(app.logged).toEqual([]);
  });

  test('leaves neither stacks nor instances behind', async () => {
    const app = await watApp('catches-everything');
    const round = async () => {
      const exchanges = Array.from({ length: 200 }, () => app.start());
      await soon(5);
      for (const exchange of exchanges) exchange.cancel('client-gone');
      for (const exchange of exchanges) expect((await exchange.done).code).toBe('CLIENT_GONE');
    };
    // The engine keeps the stacks of its busiest moment and lets memories go when it likes, so
    // the fewest mappings of several rounds are compared.
    const fewest = async () => {
      let count = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 5; i += 1) {
        await round();
        await soon(20);
        count = Math.min(count, mappings());
      }
      return count;
    };
    const before = await fewest();
    // One stack or memory left by each request would be 2,000 mappings.
    expect((await fewest()) - before).toBeLessThan(500);
    expect(app.logged).toEqual([]);
  });
});

/** Memory mappings of this process: every memory and every suspended stack has some. */
function mappings(): number {
  globalThis.gc?.();
  return readFileSync('/proc/self/maps', 'utf8').split('\n').length;
}
