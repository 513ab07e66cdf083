// The CPU clock of a thread, and the same at a twentieth of its price: for a moment after a reading, within one
// turn of the event loop, the thread is taken to have run all the time, and the wall clock says how long.
// Receipts of small requests need two readings each, which are calls to the system. Used by host/clock.ts.
// RATIONALE.md "Why fuel at all?". Does not know who is billed.

import type { CpuClock } from './cpu-clock.ts';

export interface NearCpuClockParts {
  readonly read: CpuClock;
  /** Milliseconds from any point, never going back. */
  readonly nowMs: () => number;
  /** Calls back before the event loop may sleep. */
  readonly nextTurn: (callback: () => void) => void;
}

export interface CpuClocks {
  readonly exact: CpuClock;
  /** Up to 0.1 ms too high, when the system took the processor away since the last exact reading. */
  readonly near: CpuClock;
}

const TRUST_MS = 0.1;
const NS_PER_MS = 1_000_000;

/** Together they never go back: what one reading has too much, those after it have too little. */
export function nearCpuClock({ read, nowMs, nextTurn }: NearCpuClockParts): CpuClocks {
  let readNs = 0;
  let readMs = Number.NEGATIVE_INFINITY;
  let lastNs = 0;
  let isTurnEnding = false;
  const forget = () => {
    isTurnEnding = false;
    readMs = Number.NEGATIVE_INFINITY;
  };
  const told = (ns: number) => {
    if (ns > lastNs) lastNs = ns;
    return lastNs;
  };
  const exact = () => {
    const beforeMs = nowMs();
    readNs = read();
    // A reading takes 1 us, as long as some slices, and the system looks at its clock in the middle of it.
    readMs = (beforeMs + nowMs()) / 2;
    if (!isTurnEnding) nextTurn(forget);
    isTurnEnding = true;
    return told(readNs);
  };
  const near = () => {
    const ageMs = nowMs() - readMs;
    return ageMs < TRUST_MS ? told(readNs + ageMs * NS_PER_MS) : exact();
  };
  return { exact, near };
}
