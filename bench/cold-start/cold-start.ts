// The bench `cold-start`: containers, processes and peers are really started on this machine, beside ours,
// in one run. What is started is in contestants/, how in harness.ts, what it comes to in rows.ts.

import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';
import type { Bench, BenchResult } from '../bench.ts';
import { NotInstalled } from './contestant.ts';
import { CONTESTANTS } from './contestants/index.ts';
import { runAll } from './harness.ts';
import { install } from './install.ts';
import { LOAD_TEXT } from './load.ts';
import { rowsOf, summaryOf } from './rows.ts';
import { expected, WORKLOAD } from './scale-out.ts';
import { simulate } from './simulate.ts';
import { Workbench } from './workbench.ts';

const FULL = { runs: 30, warmups: 2, loadSeconds: 2 };
const QUICK = { runs: 2, warmups: 0, loadSeconds: 0 };
/** Of the simulation, in its own time. */
const SIMULATED_SECONDS = 600;

export interface Details {
  readonly machine: { readonly cpu: string; readonly memoryGb: number; readonly kernel: string };
  readonly load: string;
  /** Milliseconds to the first byte, of every start of every contestant. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
  /** Of the same workload, on paper and played. */
  readonly warm: { readonly expected: number; readonly simulated: number };
  readonly coldShare: { readonly expected: number; readonly simulated: number };
}

export const coldStartBench: Bench = {
  name: 'cold-start',
  about: 'containers, processes and peers, started beside ours in the same run',
  columns: ['contestant', 'firstInstructionP50Ms', 'firstByteP50Ms', 'firstByteP99Ms', 'memoryMb'],
  install,
  async run({ quick, progress }): Promise<BenchResult> {
    const contestants = CONTESTANTS.filter((one) => one.quick || !quick);
    const bench = await Workbench.open().catch((error: Error) => {
      if (error instanceof NotInstalled) return error;
      throw error;
    });
    if (bench instanceof NotInstalled) {
      const rows = rowsOf(
        [],
        contestants.map((contestant) => ({ contestant, reason: bench.message })),
      );
      return { rows, summary: summaryOf(rows) };
    }
    const { measured, absent } = await runAll(contestants, bench, { ...(quick ? QUICK : FULL), progress });
    const rows = rowsOf(measured, absent);
    const on = expected(WORKLOAD);
    const played = simulate(WORKLOAD, SIMULATED_SECONDS, Math.random);
    const details: Details = {
      machine: await machine(),
      load: LOAD_TEXT,
      samples: Object.fromEntries(
        measured.map(({ contestant, starts }) => [
          contestant.name,
          starts.map(({ firstByteMs }) => Math.round(firstByteMs * 1000) / 1000),
        ]),
      ),
      warm: { expected: on.warm, simulated: played.warm },
      coldShare: { expected: on.coldShare, simulated: played.coldShare },
    };
    return { rows, summary: summaryOf(rows), details: { ...details } };
  },
};

async function machine(): Promise<Details['machine']> {
  const kernel = `Linux ${release()}`;
  const info = await readFile('/proc/cpuinfo', 'utf8').catch(() => '');
  const cpu = /model name\s*:\s*(.+)/.exec(info)?.[1] ?? process.arch;
  return { cpu: `${cpu}, ${cpus().length} cores`, memoryGb: Math.round(totalmem() / 1024 ** 3), kernel };
}
