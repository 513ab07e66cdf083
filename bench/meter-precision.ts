// The bench `meter-precision`: how much CPU time rude guests have used when they are stopped, on a
// machine as it is and with a spinning process on every core. `cpuMs...` is what the thread used in
// the guest's slices until its trap had surfaced, by the process's books, which the meter does not
// read; `billedMs...` is what the receipt says; `outsideMs...` is the rest of the request: making
// the instance, turns given to others, taking it all down. Baseline: the limit.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { hostileNames } from '../test/support/hostile.ts';
import { type Bench, percentile, type Row } from './bench.ts';
import { hostileApp, measured, outcomeOf } from './guest-apps.ts';
import { SliceWatch, type Watched } from './slice-watch.ts';

const LIMIT_MS = 50;
/** It is stopped when it is deployed, and never serves a request. */
const NOT_DEPLOYED = 'start';
const TRIALS = 200;
/** It waits a millisecond for every 20 us that it computes: a trial takes seconds. */
const TRIALS_FEW: Readonly<Record<string, number>> = { 'ready-waits': 10 };
/** Who is stopped so late is reported with the reason. */
const LATE_MS = 60;

/** Ends with its parent, however that ends. */
const SPIN = `const parent = process.ppid;
while (process.ppid === parent) for (let i = 0; i < 1e8; i += 1);`;

interface Trial extends Watched {
  readonly billedMs: number;
  readonly outsideMs: number;
}

export const meterPrecisionBench: Bench = {
  name: 'meter-precision',
  about: 'CPU time at which rude guests are stopped, with idle and with loaded cores, against the limit',
  columns: ['guest', 'loaded', 'cpuMsP50', 'cpuMsP99', 'cpuMsMax', 'billedMsP99', 'outsideMsP50'],
  async run({ quick, progress }) {
    const names = (await hostileNames()).filter((name) => name !== NOT_DEPLOYED);
    const guests = quick ? names.slice(0, 4) : names;
    const rows: Row[] = [];
    const late: string[] = [];
    for (const loaded of [false, true]) {
      const load = loaded ? startLoad() : [];
      try {
        for (const guest of guests) {
          const others = othersLoad();
          const trials = await trialsOf(guest, quick ? 3 : (TRIALS_FEW[guest] ?? TRIALS));
          const row: Row = { ...rowOf(guest, loaded, trials), othersCores: others() };
          rows.push(row);
          for (const trial of trials) if (trial.cpuMs > LATE_MS) late.push(lateness(row, trial));
          progress(`${guest}${loaded ? ', loaded' : ''}: ${row.cpuMsP50} ${row.cpuMsP99} ${row.cpuMsMax}`);
        }
      } finally {
        for (const child of load) child.kill('SIGKILL');
      }
    }
    const worst = (field: string, loaded: boolean) =>
      Math.max(...rows.filter((row) => row.loaded === loaded).map((row) => Number(row[field])));
    return {
      rows,
      summary: {
        guests: guests.length,
        worstP50: worst('cpuMsP50', false),
        worstP99: worst('cpuMsP99', false),
        othersCoresMax: worst('othersCores', false),
        worstP50Loaded: worst('cpuMsP50', true),
        worstP99Loaded: worst('cpuMsP99', true),
        over60: late.length,
        over60Why: late.join('; '),
      },
    };
  },
};

async function trialsOf(guest: string, count: number): Promise<Trial[]> {
  const watch = new SliceWatch();
  const app = await hostileApp(guest, LIMIT_MS, watch.clock);
  const trials: Trial[] = [];
  try {
    // What deploying took.
    await watch.take();
    for (let i = 0; i < count; i += 1) {
      const { result, cpuMs } = await measured(() => outcomeOf(app));
      if (result.code !== 'LIMIT_CPU')
        throw new Error(`${guest} ended with ${result.code}: ${result.detail}`);
      const watched = await watch.take();
      trials.push({ ...watched, billedMs: result.cpuMs, outsideMs: cpuMs - watched.cpuMs });
    }
    return trials;
  } finally {
    watch.stop();
    await app.close();
  }
}

function rowOf(guest: string, loaded: boolean, trials: readonly Trial[]): Row {
  const used = trials.map(({ cpuMs }) => cpuMs);
  const billed = trials.map(({ billedMs }) => billedMs);
  const outside = trials.map(({ outsideMs }) => outsideMs);
  return {
    guest,
    limitMs: LIMIT_MS,
    loaded,
    trials: trials.length,
    cpuMsP50: percentile(used, 0.5),
    cpuMsP99: percentile(used, 0.99),
    cpuMsMax: Math.max(...used),
    billedMsP50: percentile(billed, 0.5),
    billedMsP99: percentile(billed, 0.99),
    outsideMsP50: percentile(outside, 0.5),
    outsideMsMax: Math.max(...outside),
  };
}

function lateness({ guest, loaded }: Row, { cpuMs, gapCpuMs, gapWallMs, collectionsMs }: Trial): string {
  const ms = (value: number) => value.toFixed(1);
  const gap = `${ms(gapCpuMs)} of them between two looks at the clock (${ms(gapWallMs)} on the wall)`;
  return `${guest}${loaded ? ' (loaded)' : ''} ${ms(cpuMs)} ms, ${gap}, collections ${ms(collectionsMs)}`;
}

/** Begins to watch; then tells how many cores other processes have kept busy meanwhile, our own load too. */
function othersLoad(): () => number {
  const busyMs = () => {
    const { user, system } = process.cpuUsage();
    const all = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
    return all - (user + system) / 1_000;
  };
  const [beganMs, beganBusyMs] = [performance.now(), busyMs()];
  return () => Math.max(0, (busyMs() - beganBusyMs) / (performance.now() - beganMs));
}

function startLoad(): ChildProcess[] {
  return cpus().map(() => spawn(process.execPath, ['-e', SPIN], { stdio: 'ignore' }));
}
