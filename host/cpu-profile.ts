// Where one guest's CPU time goes, by function: the engine's stack is looked at now and then when the
// guest looks at the clock, and the innermost function of the guest is counted. For `--dev`: a look
// takes some tens of microseconds, which are on the guest's bill.
// Code without checkpoints of its own counts for its caller.

import { type GuestSymbols, guestFrames } from './guest-stack.ts';

export interface CpuShare {
  readonly function: string;
  readonly samples: number;
  /** Of all samples, from 0 to 1. */
  readonly share: number;
}

const SAMPLE_MS = 1;
/** Frames of the host, the shim and the meter stand above the guest's. */
const DEPTH = 12;
/** Of those that took most. */
const SHOWN = 10;

export class CpuProfile {
  readonly #symbols: GuestSymbols;
  readonly #nowMs: () => number;
  readonly #counts = new Map<string, number>();
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(symbols: GuestSymbols, nowMs: () => number) {
    // Functions are enough, and looking for lines takes time.
    this.#symbols = { ...symbols, lines: [] };
    this.#nowMs = nowMs;
  }

  /** Called while the guest is on the stack. */
  sample(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#lastMs < SAMPLE_MS) return;
    this.#lastMs = nowMs;
    const [frame] = guestFrames(here(), this.#symbols, 1);
    if (frame !== undefined) this.#counts.set(frame.function, (this.#counts.get(frame.function) ?? 0) + 1);
  }

  /** The functions that took most, most first. */
  top(): CpuShare[] {
    const total = this.#counts.values().reduce((sum, one) => sum + one, 0);
    return [...this.#counts]
      .map(([name, samples]) => ({ function: name, samples, share: samples / total }))
      .sort((a, b) => b.samples - a.samples)
      .slice(0, SHOWN);
  }
}

function here(): Error {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = DEPTH;
  const error = new Error();
  Error.stackTraceLimit = before;
  return error;
}
