// The bench `meter-precision`: how much CPU time rude guests have used when they are stopped, on a
// machine as it is and with a spinning process on every core. `cpuMs...` is what the thread used
// from before the request to its end, by the process's own books: the instance, the kill and the
// host's work are in it. `billedMs...` is what the receipt says. Baseline: the limit.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { hostileNames } from '../test/support/hostile.ts';
import { type Bench, percentile, type Row } from './bench.ts';
import { type Gap, GapClock } from './gap-clock.ts';
import { hostileApp, measured, outcomeOf } from './guest-apps.ts';

const LIMIT_MS = 50;
/** Who is stopped so late is reported with the reason. */
const LATE_MS = 60;

/** Ends with its parent, however that ends. */
const SPIN = `const parent = process.ppid;
while (process.ppid === parent) for (let i = 0; i < 1e8; i += 1);`;

interface Late {
  readonly guest: string;
  readonly cpuMs: number;
  readonly gap: Gap;
}

export const meterPrecisionBench: Bench = {
  name: 'meter-precision',
  about: 'CPU time at which rude guests are stopped, with idle and with loaded cores, against the limit',
  async run({ quick, progress }) {
    const guests = (await hostileNames()).slice(0, quick ? 4 : undefined);
    const rows: Row[] = [];
    const late: Late[] = [];
    for (const loaded of [false, true]) {
      const load = loaded ? startLoad() : [];
      try {
        for (const guest of guests) {
          const measuredGuest = await measureGuest(guest, loaded, quick ? 3 : 200);
          rows.push(measuredGuest.row);
          late.push(...measuredGuest.late);
          progress(`${guest}${loaded ? ', loaded' : ''}: ${measuredGuest.row.cpuMsP99}`);
        }
      } finally {
        for (const child of load) child.kill('SIGKILL');
      }
    }
    const worst = (field: string) => Math.max(...rows.map((row) => Number(row[field])));
    return {
      rows,
      summary: {
        guests: guests.length,
        worstP50: worst('cpuMsP50'),
        worstP99: worst('cpuMsP99'),
        worstBilledP99: worst('billedMsP99'),
        over60: late.length,
        over60Why: late.map(reasonOf).join('; '),
      },
    };
  },
};

async function measureGuest(
  guest: string,
  loaded: boolean,
  trials: number,
): Promise<{ row: Row; late: Late[] }> {
  const clock = new GapClock();
  const app = await hostileApp(guest, LIMIT_MS, clock);
  const used: number[] = [];
  const billed: number[] = [];
  const late: Late[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const { result, cpuMs } = await measured(() => outcomeOf(app));
    if (result.code !== 'LIMIT_CPU') throw new Error(`${guest} ended with ${result.code}: ${result.detail}`);
    used.push(cpuMs);
    billed.push(result.cpuMs);
    const gap = clock.takeLongest();
    if (cpuMs > LATE_MS) late.push({ guest: loaded ? `${guest} (loaded)` : guest, cpuMs, gap });
    // What the end of a request leaves to the event loop is not the next one's.
    await new Promise(setImmediate);
  }
  await app.close();
  const row = {
    guest,
    limitMs: LIMIT_MS,
    loaded,
    trials,
    cpuMsP50: percentile(used, 0.5),
    cpuMsP99: percentile(used, 0.99),
    cpuMsMax: Math.max(...used),
    billedMsP50: percentile(billed, 0.5),
    billedMsP99: percentile(billed, 0.99),
  };
  return { row, late };
}

function reasonOf({ guest, cpuMs, gap }: Late): string {
  const ms = (value: number) => value.toFixed(1);
  return `${guest} ${ms(cpuMs)} ms, of which ${ms(gap.cpuMs)} at once (${ms(gap.wallMs)} on the wall)`;
}

function startLoad(): ChildProcess[] {
  return cpus().map(() => spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }));
}
