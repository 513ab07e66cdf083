// Runs all contestants against each other: prepares them, warms each up, then takes one start of each in
// turn, in an order that moves with every round, so that what disturbs the machine disturbs all alike.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Contestant, NotInstalled, type Prepared, type Running } from './contestant.ts';
import { type Load, measureLoad } from './load.ts';
import type { Workbench } from './workbench.ts';

export interface Start {
  readonly firstInstructionMs: number | null;
  readonly firstByteMs: number;
}

export interface Measured {
  readonly contestant: Contestant;
  readonly version: string;
  readonly starts: readonly Start[];
  /** Of each start to its stop. */
  readonly cpuMs: readonly number[];
  /** Idle after its first answer. */
  readonly memoryMb: number | null;
  readonly load: Load | null;
}

export interface Absent {
  readonly contestant: Contestant;
  /** Why there are no figures. */
  readonly reason: string;
}

export interface HarnessOptions {
  readonly runs: number;
  /** Starts of each contestant that are not counted. */
  readonly warmups: number;
  /** How long each warm contestant is loaded; 0 leaves it out. */
  readonly loadSeconds: number;
  readonly progress: (text: string) => void;
}

/** A memory is read after this long without requests. */
const IDLE_MS = 300; // arbitrary
/** After each stop: the kernel takes namespaces down behind the back of whoever ended them. */
const SETTLE_MS = 50; // arbitrary
/** How many of the starts have their memory read: the wait would make a run long. */
const MEMORY_RUNS = 3; // arbitrary

interface Lane {
  readonly contestant: Contestant;
  readonly prepared: Prepared;
  readonly starts: Start[];
  readonly cpuMs: number[];
  readonly memoryMb: number[];
  load: Load | null;
  failure: string | null;
}

export async function runAll(
  contestants: readonly Contestant[],
  bench: Workbench,
  options: HarnessOptions,
): Promise<{ measured: Measured[]; absent: Absent[] }> {
  const { runs, warmups, loadSeconds, progress } = options;
  const absent: Absent[] = [];
  const lanes: Lane[] = [];
  for (const contestant of contestants) {
    progress(`preparing ${contestant.name}`);
    const lane = await prepare(contestant, bench, warmups).catch((error: Error) => error);
    if (lane instanceof Error) absent.push({ contestant, reason: reasonOf(lane, progress) });
    else lanes.push(lane);
  }
  try {
    for (let round = 0; round < runs; round += 1) {
      progress(`round ${round + 1} of ${runs}`);
      for (let i = 0; i < lanes.length; i += 1) {
        const lane = lanes[(i + round) % lanes.length] as Lane;
        if (lane.failure === null) await attempt(lane, (one) => oneStart(one, round >= runs - MEMORY_RUNS));
      }
    }
    for (const lane of lanes) {
      if (lane.failure !== null || loadSeconds === 0) continue;
      progress(`load on ${lane.contestant.name}`);
      await attempt(lane, (one) => oneLoad(one, loadSeconds));
    }
  } finally {
    for (const { prepared } of lanes) await prepared.close();
  }
  for (const { contestant, failure } of lanes)
    if (failure !== null) absent.push({ contestant, reason: failure });
  return { measured: lanes.filter(({ failure }) => failure === null).map(measuredOf), absent };
}

async function prepare(contestant: Contestant, bench: Workbench, warmups: number): Promise<Lane> {
  const prepared = await contestant.prepare(bench);
  try {
    for (let i = 0; i < warmups; i += 1) await (await prepared.start()).stop();
  } catch (error) {
    await prepared.close();
    throw error;
  }
  return { contestant, prepared, starts: [], cpuMs: [], memoryMb: [], load: null, failure: null };
}

async function oneStart(lane: Lane, readsMemory: boolean): Promise<void> {
  await during(await lane.prepared.start(), lane, async ({ firstInstructionMs, firstByteMs, memoryMb }) => {
    lane.starts.push({ firstInstructionMs, firstByteMs });
    if (!readsMemory) return;
    await sleep(IDLE_MS);
    const memory = await memoryMb();
    if (memory !== null) lane.memoryMb.push(memory);
  });
}

async function oneLoad(lane: Lane, seconds: number): Promise<void> {
  await during(await lane.prepared.start(), null, async (running) => {
    lane.load = await measureLoad(running, seconds);
  });
}

async function during(running: Running, lane: Lane | null, work: (running: Running) => Promise<void>) {
  try {
    await work(running);
  } finally {
    const cpuMs = await running.stop();
    lane?.cpuMs.push(cpuMs);
    await sleep(SETTLE_MS);
  }
}

/** One failed start takes its contestant out of the run: a row of luckier starts would be a lie. */
async function attempt(lane: Lane, work: (lane: Lane) => Promise<void>): Promise<void> {
  await work(lane).catch((error: Error) => {
    lane.failure = `Failed after ${lane.starts.length} starts: ${error.message}`;
  });
}

function reasonOf(error: Error, progress: (text: string) => void): string {
  if (!(error instanceof NotInstalled)) progress(`  it does not start here: ${error.message}`);
  return error instanceof NotInstalled ? error.message : `Does not start here: ${error.message}`;
}

function measuredOf({ contestant, prepared, starts, cpuMs, memoryMb, load }: Lane): Measured {
  const sorted = [...memoryMb].sort((a, b) => a - b);
  const memory = sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
  return { contestant, version: prepared.version, starts, cpuMs, memoryMb: memory, load };
}
