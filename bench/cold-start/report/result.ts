// What `--json` wrote, as the report reads it, and how figures are written in every form of the report.
// Knows no form of it.

import type { Details } from '../cold-start.ts';
import type { ColdStartRow, ColdStartSummary } from '../rows.ts';

export interface Result {
  readonly node: string;
  readonly cpus: number;
  readonly quick: boolean;
  readonly at: string;
  readonly rows: readonly ColdStartRow[];
  readonly summary: ColdStartSummary;
  readonly details: Details;
}

export const RERUN: readonly string[] = [
  'npm run bench -- cold-start --install --json cold-start.json',
  'node host/bin/node26.js bench/cold-start/report/render.ts cold-start.json',
];

/** In the order of the first byte within each family; ours first. */
export function measuredRows({ rows }: Result): readonly ColdStartRow[] {
  const order = ['ours', 'process', 'container', 'microvm', 'peer'];
  return rows
    .filter((row) => row.installed)
    .sort(
      (a, b) =>
        order.indexOf(a.family) - order.indexOf(b.family) ||
        Number(a.firstByteP50Ms) - Number(b.firstByteP50Ms),
    );
}

/** Three figures that mean something, and no more. A difference below nothing was too small to be seen. */
export function figure(value: number | null): string {
  if (value === null || value < 0) return '–';
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function day({ at }: Result): string {
  return at.slice(0, 10);
}
