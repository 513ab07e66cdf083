// The measured rows as costs on one machine with many tenants. Ours pays for a tenant that comes back what
// loading its version costs, and serves like a slot; everybody else pays a start of its own. A small version
// takes less memory than that of its host varies by in such a run; then it is taken for the most that
// one can take by the bench `density`, which fills a host with them.

import type { ColdStartRow } from '../rows.ts';
import { type Costs, MACHINE, type ScaleOut, scaleOut, WORKLOAD } from '../scale-out.ts';
import type { Result } from './result.ts';

/** Said beside the rows. */
export const SMALL_VERSIONS =
  'A version of ours that takes less memory than its host varies by is taken for the most that one takes in the bench density.';

export interface ScaleRow extends ScaleOut {
  readonly contestant: string;
  readonly startsPerCoreSecond: number;
  readonly tenantsPerGb: number;
}

/** @param versionMbMax of a loaded version; null: not known */
export function scaleRows({ rows }: Result, versionMbMax: number | null): ScaleRow[] {
  const ours = ['AssemblyScript', 'Rust', 'Go'].flatMap((language) => {
    const load = rows.find(({ contestant }) => contestant === `wheeler, not loaded, ${language}`);
    const slot = rows.find(({ contestant }) => contestant === `wheeler, running, ${language}`);
    if (load === undefined || slot === undefined) return [];
    const { cpuMsPerStart } = load;
    const memoryMb = load.memoryMb !== null && load.memoryMb > 0 ? load.memoryMb : versionMbMax;
    return scaleRow(`wheeler, ${language}`, { ...slot, cpuMsPerStart, memoryMb });
  });
  const others = rows
    .filter(({ family }) => family !== 'ours')
    .flatMap((row) => scaleRow(row.contestant, row));
  return [...ours, ...others.sort((a, b) => a.cpuSecondsPerMillion - b.cpuSecondsPerMillion)];
}

function scaleRow(contestant: string, row: ColdStartRow): ScaleRow | [] {
  const { cpuMsPerStart, cpuUsPerRequest, memoryMb } = row;
  if (cpuMsPerStart === null || cpuUsPerRequest === null || memoryMb === null || memoryMb <= 0) return [];
  const costs: Costs = { cpuMsPerStart, cpuUsPerRequest, memoryMb };
  return {
    contestant,
    startsPerCoreSecond: 1000 / cpuMsPerStart,
    tenantsPerGb: 1024 / memoryMb,
    ...scaleOut(costs, WORKLOAD, MACHINE),
  };
}
