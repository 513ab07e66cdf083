// What every bench is: a name, and a run that gives rows and a summary. All figures of a run
// are comparable with each other and with nothing else; each bench brings its own baseline.

export type Row = Readonly<Record<string, string | number | boolean | null>>;

export interface BenchResult {
  readonly rows: readonly Row[];
  readonly summary: Readonly<Record<string, string | number | null>>;
  /** What a report needs beside the rows; only in the JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface Bench {
  readonly name: string;
  /** One sentence: what is measured, against what. */
  readonly about: string;
  /** The fields that the table in a terminal has room for; all unless given. */
  readonly columns?: readonly string[];
  /** `quick` runs everything in its smallest size; the tests do, so a bench cannot rot. */
  /** Fetches what it compares with and npm ci does not bring; for `--install`. */
  install?(progress: (text: string) => void): Promise<void>;
  run(options: { readonly quick: boolean; progress(text: string): void }): Promise<BenchResult>;
}

/** The middle of the sorted values; the lower of two. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Nearest-rank percentile, `share` from 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}
