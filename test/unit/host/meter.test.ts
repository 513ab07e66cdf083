// The meter on a clock that the test moves.

import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../abi/capabilities.ts';
import { type Fuel, Meter } from '../../../host/meter.ts';

const GO_ON = 'go on';
const END = 'end';
const YIELD = 'yield';

/** What the guest does: fills the countdown with what it is told. */
function look(meter: Meter, fuel: Fuel, memoryBytes = 0): string {
  const verdict = meter.check(fuel, memoryBytes);
  if (verdict === 0) return END;
  fuel.value = Math.abs(verdict);
  return verdict > 0 ? GO_ON : YIELD;
}

/** CPU time passes as wall time does, unless only one of them is moved. */
class FakeClock implements Clock {
  wall = 1_024;
  cpu = 50;
  cpuReads = 0;

  wallMs = () => this.wall + 1_700_000_000_000;
  monotonicMs = () => this.wall;
  threadCpuNs = () => {
    this.cpuReads += 1;
    return this.cpu * 1e6;
  };
  nearThreadCpuNs = this.threadCpuNs;
  sleep = async () => {};

  run(ms: number): void {
    this.wall += ms;
    this.cpu += ms;
  }
  wait(ms: number): void {
    this.wall += ms;
  }
}

function started(limitMs = 50): { clock: FakeClock; meter: Meter; fuel: Fuel } {
  const clock = new FakeClock();
  const meter = new Meter(clock, limitMs);
  const fuel: Fuel = { value: 0 };
  meter.start();
  meter.fill(fuel, 0);
  return { clock, meter, fuel };
}

describe('Meter', () => {
  test('bills the CPU time between start and end, and no other', () => {
    const { clock, meter } = started();
    clock.run(2);
    meter.end();
    clock.run(100);
    clock.wait(500);
    meter.start();
    clock.run(3);
    meter.end();
    expect(meter.usedMs).toBeCloseTo(5, 6);
    expect(meter.slices).toBe(2);
  });

  test('bills no time in which the thread did not run', () => {
    const { clock, meter, fuel } = started();
    clock.run(1);
    clock.wait(200);
    look(meter, fuel);
    meter.end();
    expect(meter.usedMs).toBeCloseTo(1, 6);
  });

  test('starts and ends once, however often it is told to', () => {
    const { clock, meter } = started();
    clock.run(1);
    meter.start();
    clock.run(1);
    meter.end();
    clock.run(1);
    meter.end();
    expect(meter.usedMs).toBeCloseTo(2, 6);
    expect(meter.slices).toBe(1);
  });

  test('ends the guest as soon as the limit is reached, and from then on', () => {
    const { clock, meter, fuel } = started(10);
    clock.run(9.875);
    expect(look(meter, fuel)).toBe(YIELD);
    expect(meter.exhausted).toBe(false);
    clock.run(0.125);
    expect(look(meter, fuel)).toBe(END);
    expect(meter.exhausted).toBe(true);
    expect(fuel.value).toBe(-1);
    expect(look(meter, fuel)).toBe(END);
    expect(look(meter, { value: 0 })).toBe(END);
  });

  test('lets a guest go on for a slice of 1 ms, then others have their turn', () => {
    const { clock, meter, fuel } = started();
    clock.run(0.9);
    expect(look(meter, fuel)).toBe(GO_ON);
    clock.run(0.1);
    expect(look(meter, fuel)).toBe(YIELD);
    meter.pause();
    clock.run(5);
    meter.start();
    clock.run(0.5);
    expect(look(meter, fuel)).toBe(GO_ON);
    expect(meter.usedMs).toBeCloseTo(1.5, 6);
  });

  test('reads the CPU clock only where the wall clock says that it may have moved enough', () => {
    const { clock, meter, fuel } = started(50);
    const before = clock.cpuReads;
    for (let i = 0; i < 3; i += 1) {
      clock.run(1 / 8);
      look(meter, fuel);
    }
    expect(clock.cpuReads).toBe(before);
    clock.run(1 / 8);
    look(meter, fuel);
    expect(clock.cpuReads).toBe(before + 1);
  });

  test('reads it earlier when less is left than that', () => {
    const { clock, meter, fuel } = started(1);
    clock.run(63 / 64);
    look(meter, fuel);
    const before = clock.cpuReads;
    clock.run(1 / 128);
    expect(look(meter, fuel)).toBe(GO_ON);
    expect(clock.cpuReads).toBe(before);
    clock.run(1 / 128);
    expect(look(meter, fuel)).toBe(END);
  });

  test('refills more when looks come too often, less when too rarely, within bounds', () => {
    const { clock, meter, fuel } = started(1e9);
    const refills = (gapMs: number, count: number) => {
      for (let i = 0; i < count; i += 1) {
        clock.run(gapMs);
        look(meter, fuel);
      }
      return fuel.value as number;
    };
    const first = fuel.value as number;
    expect(refills(0.001, 1)).toBe(first * 2);
    const most = refills(0.001, 20);
    expect(refills(0.001, 1)).toBe(most);
    expect(refills(1, 1)).toBeLessThan(most / 30);
    const least = refills(10, 20);
    expect(least).toBeGreaterThan(0);
    expect(refills(10, 1)).toBe(least);
    expect(refills(0.03, 1)).toBeCloseTo(least, -2);
  });

  test.each([
    [10, 0, 250_000],
    [2.5, 0, 62_500],
    // 1,024 pages that may never have been written to
    [10, 4, 188_560],
    [10, 64, 66_666],
  ])('with %d ms left and %d MB of memory gives at most what that pays for', (limitMs, memoryMb, most) => {
    const { meter, fuel } = started(limitMs);
    for (let i = 0; i < 20; i += 1) look(meter, fuel, memoryMb * 1_048_576);
    expect(fuel.value).toBe(most);
  });

  test('makes the guest look after work of the host that took long', () => {
    const { clock, meter, fuel } = started();
    const before = fuel.value;
    clock.run(0.02);
    meter.hostWorked();
    expect(fuel.value).toBe(before);
    clock.run(0.04);
    meter.hostWorked();
    expect(fuel.value).toBe(-1);
    look(meter, fuel);
    meter.hostWorked();
    expect(fuel.value).toBeGreaterThan(0);
  });

  test('gives fuel to one instance at a time', () => {
    const { meter, fuel } = started();
    const others: Fuel[] = Array.from({ length: 5 }, () => ({ value: 0 }));
    for (const other of others) {
      look(meter, other);
      const filled = [fuel, ...others].filter(({ value }) => (value as number) > 0);
      expect(filled).toEqual([other]);
    }
  });

  test('does not take a change of instance for a look that came too early', () => {
    const { clock, meter, fuel } = started();
    const other: Fuel = { value: 0 };
    const before = fuel.value;
    for (let i = 0; i < 10; i += 1) {
      clock.run(0.0001);
      look(meter, i % 2 === 0 ? other : fuel);
    }
    expect(fuel.value).toBe(before);
  });

  test('bill() counts work of the host in the slice under way, or in one of its own', () => {
    const { clock, meter } = started();
    meter.bill(() => clock.run(1));
    expect(meter.slices).toBe(1);
    meter.end();
    clock.run(7);
    const work = () => {
      clock.run(2);
      return 'done';
    };
    expect(meter.bill(work)).toBe('done');
    expect(() =>
      meter.bill(() => {
        clock.run(3);
        throw new Error('from the host');
      }),
    ).toThrow('from the host');
    clock.run(7);
    expect(meter.usedMs).toBeCloseTo(6, 6);
    expect(meter.slices).toBe(3);
  });
});

describe('Meter, what the guest may know of time', () => {
  const told = (meter: Meter) => [meter.monotonicNs, meter.wallNs, meter.usedMsAtWait];

  test('stands still while the guest computes, also when others have their turn in between', () => {
    const { clock, meter, fuel } = started();
    const before = told(meter);
    for (let i = 0; i < 10; i += 1) {
      clock.run(1.5);
      expect(look(meter, fuel)).toBe(YIELD);
      meter.pause();
      clock.run(3);
      meter.start();
    }
    expect(told(meter)).toEqual(before);
  });

  test('is as of the end of the last wait', () => {
    const { clock, meter } = started();
    clock.run(2);
    meter.end();
    clock.wait(500);
    meter.start();
    clock.run(4);
    expect(meter.monotonicNs).toBe(1_526_000_000n);
    expect(meter.wallNs).toBe(1_700_000_001_526_000_000n);
    expect(meter.usedMsAtWait).toBeCloseTo(2, 6);
  });
});
