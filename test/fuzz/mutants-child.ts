// One process of a fuzzing run: judges the mutants of a range, and tells its parent of each.

import { servedWorld } from '../../toolchain/component/served.ts';
import { corpus } from './corpus.ts';
import { type Judgement, judge } from './judge.ts';
import { mutant } from './mutants.ts';

const [seed, from, to] = process.argv.slice(2).map(Number) as [number, number, number];

const samples = await corpus();
const functions = (await servedWorld(new Map())).imports;
const served = await servedWorld(
  new Map(
    [...functions].map(([name, { entity }]) => [
      name,
      new Set(entity.kind === 'instance' ? entity.type.exports.keys() : []),
    ]),
  ),
);

for (let number = from; number < to; number++) {
  const { bytes, story } = mutant(samples, seed, number);
  let judgement: Judgement;
  try {
    judgement = judge(bytes, served);
  } catch (error) {
    judgement = { outcome: 'failed', reason: (error as Error).stack ?? String(error) };
  }
  const failed = 'reason' in judgement;
  await new Promise<void>((sent) => {
    process.send?.({ number, judgement, ...(failed ? { story, bytes } : {}) }, () => sent());
  });
  if (judgement.outcome === 'panicked') process.exit(1);
}
process.disconnect?.();
