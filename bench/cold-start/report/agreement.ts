// Whether two runs say the same: each row's first byte as a multiple of the fastest container's in its own
// run, as in all that the report claims, and how far the two multiples are apart. Rows whose recipe was
// changed between the runs are left out.

import type { ColdStartRow } from '../rows.ts';
import { measuredRows, type Result } from './result.ts';

/** Runs whose ratios differ by no more than this agree. */
export const AGREEMENT_MAX = 0.25;

export interface Agreement {
  readonly contestant: string;
  readonly before: number;
  readonly now: number;
  /** 0.1: the greater is 10 % more than the smaller. */
  readonly apart: number;
  /** The spread within this run, p90 over p10, which says why two runs may differ. */
  readonly spread: number;
}

export function agreements(now: Result, before: Result): Agreement[] {
  const base = now.summary.fastestContainer;
  const baseNow = byteOf(now.rows, base);
  const baseBefore = byteOf(before.rows, base);
  return measuredRows(now).flatMap((row) => {
    const same = before.rows.find(
      ({ contestant, about }) => contestant === row.contestant && about === row.about,
    );
    const other = same?.firstByteP50Ms ?? null;
    if (row.contestant === base || other === null || baseNow === null || baseBefore === null) return [];
    const ratioNow = Number(row.firstByteP50Ms) / baseNow;
    const ratioBefore = other / baseBefore;
    return {
      contestant: row.contestant,
      before: ratioBefore,
      now: ratioNow,
      apart: Math.max(ratioNow, ratioBefore) / Math.min(ratioNow, ratioBefore) - 1,
      spread: Number(row.firstByteP90Ms) / Number(row.firstByteP10Ms),
    };
  });
}

function byteOf(rows: readonly ColdStartRow[], name: string | null): number | null {
  return rows.find((row) => row.contestant === name)?.firstByteP50Ms ?? null;
}
