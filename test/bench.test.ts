// Every bench in its smallest size, so that none rots: it runs, and has the fields by which runs
// are compared. Its figures are not looked at, since small sizes say nothing.

import { describe, expect, test } from 'vitest';
import type { Row } from '../bench/bench.ts';
import { BENCHES } from '../bench/run.ts';
import { table } from '../bench/table.ts';

/** Fields that each row and the summary have at least. A bench that is not here has no house fields. */
const FIELDS: Readonly<Record<string, { readonly row: string; readonly summary: string }>> = {
  'meter-precision': {
    row: 'guest limitMs loaded trials cpuMsP50 cpuMsP99 cpuMsMax',
    summary: 'guests worstP99',
  },
  'meter-overhead': { row: 'kernel ratio', summary: 'geomean worst' },
  'meter-billing': { row: 'case billedMs cpuMs errorPercent', summary: 'worstErrorPercent' },
  fairness: { row: 'preempt p50Ms p99Ms maxMs', summary: 'p99Ratio' },
  'instance-start': { row: 'guest language mode p50Us p99Us', summary: '' },
  throughput: { row: 'contestant guest processes rps ratioToPlain', summary: '' },
  density: { row: 'apps rssMb rssPerAppKb firstRequestP99Ms', summary: '' },
  'cold-start': {
    row: 'contestant family installed version runs firstInstructionP50Ms firstByteP50Ms firstByteP99Ms memoryMb',
    summary: 'fastestContainerFirstByteMs oursFirstByteMs firstByteRatio firstInstructionRatio',
  },
  scale: {
    row: 'contestant processes inFlight rps serverCpuUs loadCpuUs p50Ms p99Ms failures',
    summary: 'cpuRatioMedian cpuRatioWorst plainRatioMedian plainRatioWorst failures',
  },
  async: {
    row: 'runtime wasi guest instance cpuUs',
    summary: 'callbackTo02 stackTo02 jcoNewToOurs jcoSharedToOurs',
  },
  'use-cases': {
    row: 'useCase contestant bodyBytes latencyMsP50 latencyMsP99',
    summary: 'worstCpuMsP99 requests connections',
  },
  stream: { row: 'guest bytes peakRssMb guestPagesMax', summary: '' },
};

const COLUMNS_MAX = 100;

describe('each bench', () => {
  test.each(BENCHES.map((bench) => [bench.name, bench] as const))('%s', async (name, bench) => {
    const { rows, summary } = await bench.run({ quick: true, progress: () => {} });
    const fields = FIELDS[name] ?? { row: '', summary: '' };
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expectFields(row, fields.row);
    expectFields(summary, fields.summary);
    for (const line of table(rows, bench.columns).split('\n'))
      expect(line.length).toBeLessThanOrEqual(COLUMNS_MAX);
  });
});

function expectFields(row: Row, names: string): void {
  expect(Object.keys(row)).toEqual(expect.arrayContaining(names.split(' ').filter((name) => name !== '')));
  const numbers = Object.values(row).filter((value) => typeof value === 'number');
  expect(numbers.filter((value) => !Number.isFinite(value))).toEqual([]);
}
