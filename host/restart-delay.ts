// How long to wait before a process that ended is replaced. Pure. One that served for a while is
// replaced at once; one that keeps ending soon after its start gets rarer tries, because starting it
// takes CPU time from those that work.

/** A process that lived this long had been working. */
const WORKED_MS_MIN = 10_000;
const FIRST_DELAY_MS = 250;
const DELAY_MS_MAX = 30_000;

export interface RestartDelay {
  readonly delayMs: number;
  /** How many have ended soon after their start, one after the other. */
  readonly failures: number;
}

/** @param failures of the processes before this one, in this place */
export function restartDelay(livedMs: number, failures: number): RestartDelay {
  if (livedMs >= WORKED_MS_MIN) return { delayMs: 0, failures: 0 };
  // The first may be bad luck.
  const delayMs = failures === 0 ? 0 : Math.min(DELAY_MS_MAX, FIRST_DELAY_MS * 2 ** (failures - 1));
  return { delayMs, failures: failures + 1 };
}

/** For the log. */
export function againText(delayMs: number, failures: number): string {
  if (delayMs === 0) return 'another one is started';
  return `that is ${failures} soon after their start, another one is started in ${delayMs / 1000} s`;
}
