// Pools of slots: the image is taken again on schedule, what is not needed is let go, and all of it when
// memory is short. With slots that are numbers only, and a clock and a machine that the test moves.

import { describe, expect, test } from 'vitest';
import type { Image } from '../../../host/image.ts';
import type { LinkedComponent } from '../../../host/linker.ts';
import type { Slot } from '../../../host/slot.ts';
import { SlotPool } from '../../../host/slot-pool.ts';
import { SlotReserve } from '../../../host/slot-reserve.ts';

const MB = 1024 * 1024;
const HOUR_MS = 3_600_000;

function slotWith(image: Image, idleBytes = MB): Slot<null> {
  return { image, idleBytes, isSpent: false } as Slot<null>;
}

function machine() {
  const state = { nowMs: 0, availableBytes: 1_024 * MB, tick: null as (() => void) | null };
  const reserve = new SlotReserve({
    every: (_, work) => {
      state.tick = work;
      return () => {
        state.tick = null;
      };
    },
    availableBytes: () => state.availableBytes,
  });
  const pool = (first: Slot<null> | null, retake: () => Slot<null> | null = () => null) =>
    new SlotPool<null>({
      component: {} as LinkedComponent<null>,
      limits: { handlesMax: 1, memoryPagesMax: 1 },
      usesMax: 1,
      first,
      retake,
      reserve,
      nowMs: () => state.nowMs,
    });
  return { state, pool };
}

describe('SlotPool', () => {
  test('begins with the slot that was started', () => {
    const first = slotWith([]);
    expect(machine().pool(first).take()).toBe(first);
  });

  test('takes the image again after an hour, and drops all slots of the one before', () => {
    const { state, pool } = machine();
    const [first, other, second] = [slotWith([]), slotWith([]), slotWith([])];
    const one = pool(first, () => second);
    state.nowMs = HOUR_MS - 1;
    expect(one.take()).toBe(first);
    one.giveBack(first);
    state.nowMs = HOUR_MS;
    expect(one.take()).toBe(second);
    // Whoever was in a slot of the image before ends in it.
    one.giveBack(first);
    one.giveBack(other);
    expect(one.idle).toBe(0);
    one.giveBack(second);
    expect(one.idle).toBe(1);
    // The next hour begins when it was taken.
    state.nowMs = 2 * HOUR_MS - 1;
    expect(one.take()).toBe(second);
  });

  test('goes on with the image that it has where it cannot take another', () => {
    const { state, pool } = machine();
    const first = slotWith([]);
    let tries = 0;
    const one = pool(first, () => {
      tries += 1;
      return null;
    });
    state.nowMs = HOUR_MS;
    expect(one.take()).toBe(first);
    one.giveBack(first);
    expect(one.take()).toBe(first);
    expect(tries).toBe(1);
  });

  test('keeps no slot that is spent', () => {
    const { pool } = machine();
    const first = slotWith([]);
    const one = pool(first);
    one.take();
    one.giveBack({ ...first, isSpent: true } as Slot<null>);
    expect(one.idle).toBe(0);
  });
});

describe('SlotReserve', () => {
  const filled = (count: number, idleBytes = MB) => {
    const { state, pool } = machine();
    const image: Image = [];
    const one = pool(slotWith(image, idleBytes));
    for (let i = 1; i < count; i += 1) one.giveBack(slotWith(image, idleBytes));
    return { state, pool: one };
  };

  test('lets go of what was not needed for one to two periods, and of nothing that was', () => {
    const { state, pool } = filled(3);
    state.tick?.();
    expect(pool.idle).toBe(3);
    pool.giveBack(pool.take());
    state.tick?.();
    expect(pool.idle).toBe(1);
    state.tick?.();
    expect(pool.idle).toBe(0);
    // Nobody keeps anything: no timer wakes the process.
    expect(state.tick).toBe(null);
  });

  test('lets go of everything when memory is short', () => {
    const { state, pool } = filled(3);
    state.availableBytes = 100 * MB;
    state.tick?.();
    expect(pool.idle).toBe(0);
    expect(state.tick).toBe(null);
  });

  test('keeps 256 slots of a version, and 256 MB of all together', () => {
    expect(filled(300, 1).pool.idle).toBe(256);
    expect(filled(100, 10 * MB).pool.idle).toBe(25);
  });

  test('has room again for what one pool has let go', () => {
    const { state, pool } = machine();
    const image: Image = [];
    const one = pool(slotWith(image, 200 * MB));
    const other = pool(slotWith(image, 100 * MB));
    expect([one.idle, other.idle]).toEqual([1, 0]);
    one.clear();
    other.giveBack(slotWith(image, 100 * MB));
    expect([one.idle, other.idle]).toEqual([0, 1]);
    expect(state.tick).not.toBe(null);
  });
});
