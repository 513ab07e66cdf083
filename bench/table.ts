// Rows as a table for a terminal: one column per field, or per field that was asked for, numbers to the
// right. Knows nothing of what the fields mean.

import type { Row } from './bench.ts';

export function table(rows: readonly Row[], fields?: readonly string[]): string {
  const [first] = rows;
  if (first === undefined) return '(no rows)';
  const columns = fields ?? Object.keys(first);
  const cells = [columns, ...rows.map((row) => columns.map((column) => text(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, i) => {
          const isNumber = typeof first[columns[i] as string] === 'number';
          return isNumber ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function text(value: Row[string] | undefined): string {
  if (value === null || value === undefined) return '-';
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : value.toFixed(2);
  return String(value);
}
