import { readFileSync } from 'node:fs';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startAlarm } from '../../../host/alarm.ts';
import { systemClock } from '../../../host/clock.ts';
import { bookkeepingCpuClock, CLOCK_READER, cpuClock } from '../../../host/cpu-clock.ts';

const NEVER = new AbortController().signal;
const DAY_MS = 24 * 60 * 60 * 1_000;

function spin(durationMs: number): void {
  const end = performance.now() + durationMs;
  while (performance.now() < end);
}

describe('the CPU clock', () => {
  test('advances while the thread computes, in small steps', () => {
    const clock = cpuClock();
    let previous = clock();
    for (let round = 0; round < 20; round++) {
      spin(0.1);
      const now = clock();
      expect(now).toBeGreaterThan(previous);
      previous = now;
    }
  });

  test.each([
    ['read through WASI', cpuClock()],
    ['read from the books', bookkeepingCpuClock],
  ])('%s does not count waiting', async (_, clock) => {
    const before = clock();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((clock() - before) / 1e6).toBeLessThan(30);
    const busy = clock();
    spin(30);
    // The machine may be shared: less than the wall time, but not nothing.
    const spentMs = (clock() - busy) / 1e6;
    expect(spentMs).toBeGreaterThan(2);
    expect(spentMs).toBeLessThan(60);
  });

  test('is read by the module in its comment', async () => {
    const source = readFileSync(new URL('../../../host/cpu-clock.ts', import.meta.url), 'utf8');
    const [, comment = ''] = /\/\*\n([^/]*)\*\//.exec(source) ?? [];
    const wat = comment.replaceAll(/^ \* ?/gm, '');
    expect(new Uint8Array(await parse(wat))).toEqual(CLOCK_READER);
  });
});

describe('the clock', () => {
  test('tells the time of the day with fractions, near what the system says', () => {
    const clock = systemClock();
    const readings = Array.from({ length: 50 }, () => {
      spin(0.05);
      return clock.wallMs();
    });
    expect(Math.abs(readings.at(-1)! - Date.now())).toBeLessThan(50);
    expect(readings.some((each) => !Number.isInteger(each))).toBe(true);
  });

  test('follows the system when its time is set', () => {
    const clock = systemClock();
    clock.wallMs();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1_000);
    expect(clock.wallMs()).toBe(1_000);
    now.mockRestore();
    expect(Math.abs(clock.wallMs() - Date.now())).toBeLessThan(2);
  });

  test('does not go back', () => {
    const clock = systemClock();
    const first = clock.monotonicMs();
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(first);
  });
});

describe('sleep() and alarms', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('sleep() lasts as long as it should, beyond what a timer holds', async () => {
    const done = vi.fn();
    void systemClock()
      .sleep(60 * DAY_MS, NEVER)
      .then(done);
    await vi.advanceTimersByTimeAsync(60 * DAY_MS - 1);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('sleep() ends at once when it is aborted, and leaves no timer', async () => {
    const abort = new AbortController();
    const sleeping = systemClock().sleep(Number.MAX_SAFE_INTEGER, abort.signal);
    abort.abort();
    await sleeping;
    await systemClock().sleep(1_000, abort.signal);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('an alarm rings once, and not when it was stopped', () => {
    const ring = vi.fn();
    startAlarm(10, ring);
    startAlarm(10, ring).stop();
    const long = startAlarm(40 * DAY_MS, ring);
    vi.advanceTimersByTime(30 * DAY_MS);
    expect(ring).toHaveBeenCalledTimes(1);
    long.stop();
    vi.advanceTimersByTime(30 * DAY_MS);
    expect(ring).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
