// Modules do the same metered as they were written: random ones, and the kernels of the benches.
// A few hundred random ones in every test run, half of them new; more with
// `METER_MODULES=20000 npm test -- test/fuzz/meter.test.ts`.

import { expect, test } from 'vitest';
import { compileKernels, KERNEL_FILES, quickRounds } from '../../bench/kernels.ts';
import { compareCalls, compareModule } from '../support/differential.ts';

const COUNT = Number(process.env.METER_MODULES ?? 300);
const CLOCK_SEED = Date.now() % 1_000_000_000;

test.each([
  ['the usual seeds', 1],
  [`seeds from ${CLOCK_SEED}`, CLOCK_SEED],
])(
  'random modules do the same metered: %s',
  async (_, first) => {
    const differences: string[] = [];
    let trapped = 0;
    let looked = 0;
    for (let seed = first; seed < first + COUNT / 2; seed += 1) {
      const compared = await compareModule(seed);
      if (compared.difference !== null) differences.push(compared.difference);
      if (compared.trapped) trapped += 1;
      if (compared.looks > 0) looked += 1;
    }
    expect(differences).toEqual([]);
    // Both endings must occur, and the meter must have had something to do.
    expect(trapped).toBeGreaterThan(COUNT / 100);
    expect(trapped).toBeLessThan(COUNT / 2);
    expect(looked).toBeGreaterThan(COUNT / 5);
  },
  3_600_000,
);

test.each(KERNEL_FILES)('the kernels of $source do the same metered', async (file) => {
  const calls = Object.entries(file.kernels).map(([name, rounds]) => [name, quickRounds(name, rounds)]);
  const bytes = await compileKernels(file);
  const { difference, looks, trapped } = compareCalls(file.source, bytes, Object.fromEntries(calls));
  expect({ difference, trapped }).toEqual({ difference: null, trapped: false });
  expect(looks).toBeGreaterThan(1_000);
});
