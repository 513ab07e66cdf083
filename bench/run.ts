// The command `npm run bench -- NAME [--quick] [--install] [--json FILE]`: runs a bench, prints its table,
// and writes its result as one JSON object if asked.

import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { asyncBench } from './async.ts';
import type { Bench } from './bench.ts';
import { coldStartBench } from './cold-start/cold-start.ts';
import { densityBench } from './density.ts';
import { fairnessBench } from './fairness.ts';
import { instanceStartBench } from './instance-start.ts';
import { meterBillingBench } from './meter-billing.ts';
import { meterOverheadBench } from './meter-overhead.ts';
import { meterPrecisionBench } from './meter-precision.ts';
import { scaleBench } from './scale.ts';
import { streamBench } from './stream.ts';
import { table } from './table.ts';
import { throughputBench } from './throughput.ts';
import { useCasesBench } from './use-cases/use-cases.ts';

export const BENCHES: readonly Bench[] = [
  streamBench,
  meterPrecisionBench,
  meterOverheadBench,
  meterBillingBench,
  fairnessBench,
  coldStartBench,
  densityBench,
  scaleBench,
  instanceStartBench,
  throughputBench,
  asyncBench,
  useCasesBench,
];

const USAGE = `Usage: npm run bench -- NAME [--quick] [--install] [--json FILE]

${BENCHES.map((bench) => `  ${bench.name.padEnd(18)} ${bench.about}`).join('\n')}
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const [name] = positionals;
  const bench = BENCHES.find((one) => one.name === name);
  if (bench === undefined) {
    process.stderr.write(
      name === undefined ? USAGE : `There is no bench ${JSON.stringify(name)}.\n\n${USAGE}`,
    );
    return 2;
  }
  const { quick, json } = values;
  const progress = (text: string) => void process.stderr.write(`${text}\n`);
  if (values.install) await bench.install?.(progress);
  const { rows, summary, details } = await bench.run({ quick, progress });
  process.stdout.write(`${table(rows, bench.columns)}\n${JSON.stringify(summary)}\n`);
  if (json !== undefined) {
    const at = new Date().toISOString();
    const result = {
      bench: bench.name,
      node: process.version,
      cpus: cpus().length,
      quick,
      at,
      rows,
      summary,
      ...(details === undefined ? {} : { details }),
    };
    await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
  }
  return 0;
}

if (import.meta.main) process.exitCode = await main();
