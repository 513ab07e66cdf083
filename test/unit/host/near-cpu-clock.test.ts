// The cheap CPU clock, on a thread that the test runs, stops and puts to sleep.

import { expect, test } from 'vitest';
import { nearCpuClock } from '../../../host/near-cpu-clock.ts';

function thread() {
  let [wallMs, cpuMs, reads] = [1_000, 50, 0];
  const callbacks: (() => void)[] = [];
  const { exact, near } = nearCpuClock({
    read: () => {
      reads += 1;
      return cpuMs * 1e6;
    },
    nowMs: () => wallMs,
    nextTurn: (callback) => callbacks.push(callback),
  });
  return {
    /** Milliseconds. */
    cpu: () => near() / 1e6,
    exactCpu: () => exact() / 1e6,
    run(us: number) {
      wallMs += us / 1_000;
      cpuMs += us / 1_000;
    },
    /** Others have the processor. */
    stop(us: number) {
      wallMs += us / 1_000;
    },
    endTurn() {
      for (const callback of callbacks.splice(0)) callback();
    },
    get reads() {
      return reads;
    },
    get trueCpu() {
      return cpuMs;
    },
    get turnsAsked() {
      return callbacks.length;
    },
  };
}

test('a thread that runs is read every 100 us, and its time is exact', () => {
  const one = thread();
  for (let us = 0; us < 1_000; us += 10) {
    expect(one.cpu()).toBeCloseTo(one.trueCpu, 6);
    one.run(10);
  }
  expect(one.reads).toBeLessThanOrEqual(10);
  expect(one.turnsAsked).toBe(1);
});

test('a sleep between two turns is not counted, however short', () => {
  const one = thread();
  one.cpu();
  one.run(10);
  one.endTurn();
  one.stop(50);
  const start = one.cpu();
  one.run(20);
  expect(one.cpu() - start).toBeCloseTo(0.02, 6);
});

test('time in which others had the processor is not counted once it is long', () => {
  const one = thread();
  const start = one.cpu();
  one.run(20);
  one.stop(4_000);
  expect(one.cpu() - start).toBeCloseTo(0.02, 6);
});

test('what is counted too much is at most 100 us, and is taken back from what follows', () => {
  const one = thread();
  const start = one.cpu();
  one.stop(90);
  const early = one.cpu();
  expect(early - start).toBeCloseTo(0.09, 6);
  one.run(20);
  expect(one.cpu()).toBe(early);
  one.run(980);
  expect(one.cpu() - start).toBeCloseTo(1, 6);
});

test('an exact reading is one at any time, and does not go back behind what was told', () => {
  const one = thread();
  one.cpu();
  one.run(10);
  one.stop(10);
  expect(one.exactCpu()).toBeCloseTo(50.01, 6);
  one.stop(90);
  const early = one.cpu();
  expect(one.exactCpu()).toBe(early);
  one.run(100);
  expect(one.exactCpu()).toBeCloseTo(one.trueCpu, 6);
});

test('spans of a thousand requests among others that take the processor add up to what was used', () => {
  const one = thread();
  let [billed, seed] = [0, 1];
  const random = () => {
    seed = (seed * 48_271) % 0x7fff_ffff;
    return seed / 0x7fff_ffff;
  };
  const begun = one.trueCpu;
  let others = 0;
  for (let i = 0; i < 1_000; i += 1) {
    const start = one.cpu();
    const stops = random() < 0.2;
    one.run(15);
    if (stops) one.stop(random() * 300);
    one.run(15);
    billed += one.cpu() - start;
    one.run(10);
    others += 0.01;
    if (random() < 0.1) {
      one.endTurn();
      one.stop(random() * 200);
    }
  }
  const used = one.trueCpu - begun - others;
  expect(Math.abs(billed - used) / used).toBeLessThan(0.03);
});
