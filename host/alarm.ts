// Timers of any length, for limits on waiting: node:timers ring at once when given more than 2^31 ms,
// and a guest may ask for any number. Used by the clock and by capabilities, step 9 of the
// request path.

export interface Alarm {
  stop(): void;
}

/** What node:timers can hold; above it they ring at once. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Calls `ring` once, after `durationMs`, however long that is. */
export function startAlarm(durationMs: number, ring: () => void): Alarm {
  if (durationMs <= TIMER_MS_MAX) {
    const timer = setTimeout(ring, durationMs);
    return { stop: () => clearTimeout(timer) };
  }
  let part = startAlarm(TIMER_MS_MAX, () => {
    part = startAlarm(durationMs - TIMER_MS_MAX, ring);
  });
  return { stop: () => part.stop() };
}
