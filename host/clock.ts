// The real clocks of this thread; everything else is handed a `Clock`. Made once per process or
// thread, used by the sandbox, the meter and the interfaces for time. The sandbox makes it stand
// still between waits; nothing here knows of guests.

// The global of this name is a getter, which costs more than the reading.
import { performance as monotonic } from 'node:perf_hooks';
import type { Clock } from '../abi/capabilities.ts';
import { startAlarm } from './alarm.ts';
import { cpuClock } from './cpu-clock.ts';
import { nearCpuClock } from './near-cpu-clock.ts';
import { TURN } from './turn.ts';

/** The clocks of the thread that calls this. */
export function systemClock(): Clock {
  const { exact, near } = nearCpuClock({
    read: cpuClock(),
    nowMs: () => monotonic.now(),
    nextTurn: (callback) => TURN.next(callback),
  });
  return {
    wallMs: wallClock(),
    monotonicMs: () => monotonic.now(),
    threadCpuNs: exact,
    nearThreadCpuNs: near,
    sleep,
  };
}

/** The system's wall clock, which may be set, with the fractions of the monotonic one. */
function wallClock(): () => number {
  let offsetMs = 0;
  return () => {
    const wholeMs = Date.now();
    const monotonicMs = monotonic.now();
    const ms = offsetMs + monotonicMs;
    if (ms >= wholeMs && ms < wholeMs + 1) return ms;
    offsetMs = wholeMs - monotonicMs;
    return wholeMs;
  };
}

function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      alarm.stop();
      signal.removeEventListener('abort', end);
      resolve();
    };
    // Timers ring a little early: they count from the start of the turn in which they were set.
    const dueMs = performance.now() + durationMs;
    const ring = () => {
      const leftMs = dueMs - performance.now();
      if (leftMs <= 0) end();
      else alarm = startAlarm(Math.ceil(leftMs), ring);
    };
    let alarm = startAlarm(durationMs, ring);
    signal.addEventListener('abort', end);
  });
}
