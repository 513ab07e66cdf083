// A few thousand mutants in every test run: the same ones each time, and some new ones. The long
// run is mutants-run.ts.

import { describe, expect, test } from 'vitest';
import { corpus } from './corpus.ts';
import { mutant } from './mutants.ts';
import { runMutants } from './mutants-runner.ts';

const CLOCK_SEED = Date.now() % 2 ** 31;

describe('no mutant crashes or hangs the decoder, or is accepted by it alone', () => {
  test.each([
    ['the usual seed', 1, 2_000],
    [`a new seed, ${CLOCK_SEED}`, CLOCK_SEED, 1_000],
  ])(
    '%s',
    async (_, seed, count) => {
      const totals = await runMutants({ seed, count });
      const failures = totals.failed.map(
        ({ number, story, reason }) => `seed ${seed}, number ${number}: ${story}: ${reason}`,
      );
      expect(failures).toEqual([]);
      expect(totals.refused + totals.accepted + totals.panicked.length).toBe(count);
      // Both verdicts must occur, otherwise the mutants say nothing.
      expect(totals.refused).toBeGreaterThan(count / 2);
      expect(totals.accepted).toBeGreaterThan(count / 50);
    },
    300_000,
  );
});

test('mutant() makes the same mutant of the same numbers', async () => {
  const samples = await corpus();
  for (let number = 0; number < 50; number++)
    expect(mutant(samples, 7, number)).toEqual(mutant(samples, 7, number));
  expect(mutant(samples, 7, 1).bytes).not.toEqual(mutant(samples, 8, 1).bytes);
});
