// Turns among guests that compute, with an event loop that the test turns by hand.

import { describe, expect, test } from 'vitest';
import { Scheduler } from '../../../host/scheduler.ts';

class FakeLoop {
  readonly #callbacks: (() => void)[] = [];
  nextTurn = (callback: () => void) => {
    this.#callbacks.push(callback);
  };
  get waiting(): number {
    return this.#callbacks.length;
  }
  /** One turn, and the promise reactions after it. */
  async turn(): Promise<void> {
    this.#callbacks.shift()?.();
    for (let i = 0; i < 10; i += 1) await null;
  }
}

function guests(names: string, slices: number) {
  const loop = new FakeLoop();
  const scheduler = new Scheduler(loop.nextTurn).lane();
  const ran: string[] = [];
  const run = async (name: string) => {
    for (let i = 0; i < slices; i += 1) {
      await scheduler.yield();
      ran.push(name);
    }
  };
  for (const name of names) run(name);
  return { loop, scheduler, ran };
}

describe('Scheduler', () => {
  test('lets one guest run per turn of the event loop', async () => {
    const { loop, ran } = guests('abc', 1);
    expect(ran).toEqual([]);
    await loop.turn();
    expect(ran).toEqual(['a']);
    await loop.turn();
    await loop.turn();
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  test('goes round: whoever had a slice waits until all others had theirs', async () => {
    const { loop, ran } = guests('abcdefgh', 3);
    for (let i = 0; i < 24; i += 1) await loop.turn();
    expect(ran.join('')).toBe('abcdefghabcdefghabcdefgh');
  });

  test('takes newcomers behind those who wait', async () => {
    const { loop, scheduler, ran } = guests('ab', 2);
    await loop.turn();
    scheduler.yield().then(() => ran.push('new'));
    for (let i = 0; i < 4; i += 1) await loop.turn();
    expect(ran).toEqual(['a', 'b', 'a', 'new', 'b']);
  });

  test('asks for a turn only while somebody waits for one, and for one at a time', async () => {
    const { loop, scheduler } = guests('abc', 1);
    expect(loop.waiting).toBe(1);
    await loop.turn();
    expect(loop.waiting).toBe(1);
    await loop.turn();
    await loop.turn();
    expect(loop.waiting).toBe(0);
    scheduler.yield();
    expect(loop.waiting).toBe(1);
  });
});
