// The logarithmic axis of all charts of start times: where a time lies on it, and which times are marked.
// Pure; knows no units but milliseconds.

export interface Scale {
  readonly ticks: readonly number[];
  /** From 0 at the left end to 1 at the right. */
  place(ms: number): number;
}

export function logScale(values: readonly number[]): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    place: (ms) => (Math.log10(ms) - low) / (high - low),
  };
}

export function tickText(ms: number): string {
  return ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`;
}
