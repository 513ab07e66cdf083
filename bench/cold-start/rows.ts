// From starts to rows: medians, p99 and spread of each contestant, and the ratios that the report is about.
// A pure function of what the harness measured.

import { percentile } from '../bench.ts';
import type { Family } from './contestant.ts';
import type { Absent, Measured } from './harness.ts';

export type ColdStartRow = {
  readonly contestant: string;
  readonly family: Family;
  readonly code: string;
  readonly installed: boolean;
  readonly version: string | null;
  readonly runs: number;
  readonly firstInstructionP50Ms: number | null;
  readonly firstInstructionP99Ms: number | null;
  readonly firstByteP10Ms: number | null;
  readonly firstByteP50Ms: number | null;
  readonly firstByteP90Ms: number | null;
  readonly firstByteP99Ms: number | null;
  readonly memoryMb: number | null;
  /** The mean, from start to stop with one answer between them. */
  readonly cpuMsPerStart: number | null;
  readonly requestsPerSecond: number | null;
  readonly cpuUsPerRequest: number | null;
  /** What a start includes and leaves out; or why there are no figures, and how to get them. */
  readonly about: string;
};

export type ColdStartSummary = {
  readonly fastestContainer: string | null;
  readonly fastestContainerFirstByteMs: number | null;
  readonly fastestContainerFirstInstructionMs: number | null;
  /** A version that the host has not loaded, the slowest of the small languages. */
  readonly oursFirstByteMs: number | null;
  /** A sandbox in a running host. */
  readonly oursSandboxFirstByteMs: number | null;
  readonly oursSandboxFirstInstructionMs: number | null;
  /** How many times longer the container takes: more than 1 is in our favour. */
  readonly firstByteRatio: number | null;
  readonly sandboxFirstByteRatio: number | null;
  readonly firstInstructionRatio: number | null;
};

export function rowsOf(measured: readonly Measured[], absent: readonly Absent[]): ColdStartRow[] {
  return [...measured.map(rowOf), ...absent.map(absentRow)];
}

function rowOf({ contestant, version, starts, cpuMs, memoryMb, load }: Measured): ColdStartRow {
  const bytes = starts.map(({ firstByteMs }) => firstByteMs);
  const instructions = starts.flatMap(({ firstInstructionMs }) => firstInstructionMs ?? []);
  // A start whose first line was not seen is no sample; one of them says that the row cannot be trusted.
  const seen = instructions.length === starts.length;
  const { name, family, code, about } = contestant;
  return {
    contestant: name,
    family,
    code,
    installed: true,
    version,
    runs: starts.length,
    firstInstructionP50Ms: seen ? percentile(instructions, 0.5) : null,
    firstInstructionP99Ms: seen ? percentile(instructions, 0.99) : null,
    firstByteP10Ms: percentile(bytes, 0.1),
    firstByteP50Ms: percentile(bytes, 0.5),
    firstByteP90Ms: percentile(bytes, 0.9),
    firstByteP99Ms: percentile(bytes, 0.99),
    memoryMb,
    cpuMsPerStart: mean(cpuMs),
    requestsPerSecond: load?.requestsPerSecond ?? null,
    cpuUsPerRequest: load?.cpuUsPerRequest ?? null,
    about,
  };
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function absentRow({ contestant, reason }: Absent): ColdStartRow {
  const { name, family, code, install } = contestant;
  return {
    contestant: name,
    family,
    code,
    installed: false,
    version: null,
    runs: 0,
    firstInstructionP50Ms: null,
    firstInstructionP99Ms: null,
    firstByteP10Ms: null,
    firstByteP50Ms: null,
    firstByteP90Ms: null,
    firstByteP99Ms: null,
    memoryMb: null,
    cpuMsPerStart: null,
    requestsPerSecond: null,
    cpuUsPerRequest: null,
    about: `${reason}. To have it: ${install}`,
  };
}

export function summaryOf(rows: readonly ColdStartRow[]): ColdStartSummary {
  const containers = rows.filter((row) => row.family === 'container' && row.firstByteP50Ms !== null);
  const fastest = containers.sort((a, b) => Number(a.firstByteP50Ms) - Number(b.firstByteP50Ms))[0] ?? null;
  const worst = (title: string, field: 'firstByteP50Ms' | 'firstInstructionP50Ms') => {
    const values = rows
      .filter((row) => row.contestant.startsWith(title) && !row.contestant.endsWith('Go'))
      .flatMap((row) => row[field] ?? []);
    return values.length === 0 ? null : Math.max(...values);
  };
  const oursFirstByteMs = worst('wheeler, not loaded', 'firstByteP50Ms');
  const sandboxByte = worst('wheeler, running', 'firstByteP50Ms');
  const sandboxInstruction = worst('wheeler, running', 'firstInstructionP50Ms');
  const ratio = (theirs: number | null | undefined, mine: number | null) =>
    theirs == null || mine === null ? null : theirs / mine;
  return {
    fastestContainer: fastest?.contestant ?? null,
    fastestContainerFirstByteMs: fastest?.firstByteP50Ms ?? null,
    fastestContainerFirstInstructionMs: fastest?.firstInstructionP50Ms ?? null,
    oursFirstByteMs,
    oursSandboxFirstByteMs: sandboxByte,
    oursSandboxFirstInstructionMs: sandboxInstruction,
    firstByteRatio: ratio(fastest?.firstByteP50Ms, oursFirstByteMs),
    sandboxFirstByteRatio: ratio(fastest?.firstByteP50Ms, sandboxByte),
    firstInstructionRatio: ratio(fastest?.firstInstructionP50Ms, sandboxInstruction),
  };
}
