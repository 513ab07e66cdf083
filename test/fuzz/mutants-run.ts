// Fuzzing by hand: node host/bin/node26.js test/fuzz/mutants-run.ts --count 100000 --seed 1
// Prints progress, and each mutant that fails, which it also writes to --keep DIR.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runMutants } from './mutants-runner.ts';

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    keep: { type: 'string' },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (values.keep !== undefined) await mkdir(values.keep, { recursive: true });
console.log(`${count} mutants, seed ${seed}`);

const start = performance.now();
const totals = await runMutants({
  seed,
  count,
  onProgress: (done, { refused, accepted, failed, panicked }) => {
    if (done % 2_000 !== 0 && done !== count) return;
    const seconds = ((performance.now() - start) / 1000).toFixed();
    console.log(
      `${done} in ${seconds} s: ${refused} refused, ${accepted} accepted by both, ${failed.length} failed, ${panicked.length} panics of the reference`,
    );
  },
  onFailure: ({ number, reason, story, bytes }) => {
    console.log(`#${number} ${story}\n  ${reason}`);
    if (values.keep !== undefined) void writeFile(join(values.keep, `${seed}-${number}.wasm`), bytes);
  },
});
process.exitCode = totals.failed.length === 0 ? 0 : 1;
