// Runs a range of mutants in a child process, which is replaced after a panic of the reference
// validator and when it is silent for too long. Tells of every mutant for which the property fails.

import { fork } from 'node:child_process';
import type { Judgement } from './judge.ts';

export interface Failure {
  readonly number: number;
  readonly reason: string;
  readonly story: string;
  readonly bytes: Uint8Array;
}

export interface Totals {
  refused: number;
  accepted: number;
  /** The reference validator crashed on a mutant that we accept. */
  readonly panicked: Failure[];
  readonly failed: Failure[];
}

export interface RunOptions {
  readonly seed: number;
  readonly count: number;
  readonly onProgress?: (done: number, totals: Totals) => void;
  readonly onFailure?: (failure: Failure) => void;
}

const SILENCE_MS_MAX = 30_000;
const CHILD = new URL('./mutants-child.ts', import.meta.url);
const NO_BYTES = new Uint8Array();

interface Report {
  readonly number: number;
  readonly judgement: Judgement;
  readonly story?: string;
  readonly bytes?: Uint8Array;
}

export async function runMutants({ seed, count, onProgress, onFailure }: RunOptions): Promise<Totals> {
  const totals: Totals = { refused: 0, accepted: 0, panicked: [], failed: [] };
  const take = ({ number, judgement, story = '', bytes = NO_BYTES }: Report) => {
    if (judgement.outcome === 'failed' || judgement.outcome === 'panicked') {
      const failure = { number, reason: judgement.reason, story, bytes };
      totals[judgement.outcome].push(failure);
      onFailure?.(failure);
    } else totals[judgement.outcome] += 1;
    onProgress?.(number + 1, totals);
  };
  let next = 0;
  while (next < count) {
    const reached = await runChild(seed, next, count, take);
    // Without a report of its own the next mutant is the one that hung or crashed the process.
    if (reached.clean) next = reached.next;
    else {
      take({ number: reached.next, judgement: { outcome: 'failed', reason: reached.reason } });
      next = reached.next + 1;
    }
  }
  return totals;
}

type Reached = { clean: true; next: number } | { clean: false; next: number; reason: string };

function runChild(seed: number, from: number, to: number, take: (report: Report) => void): Promise<Reached> {
  const child = fork(CHILD, [seed, from, to].map(String), { serialization: 'advanced', execArgv: [] });
  let next = from;
  let panicked = false;
  return new Promise((resolve) => {
    const kill = () => child.kill('SIGKILL');
    let silence = setTimeout(kill, SILENCE_MS_MAX);
    child.on('message', (report: Report) => {
      clearTimeout(silence);
      silence = setTimeout(kill, SILENCE_MS_MAX);
      next = report.number + 1;
      panicked = report.judgement.outcome === 'panicked';
      take(report);
    });
    child.on('exit', (code, signal) => {
      clearTimeout(silence);
      const clean = panicked || next >= to;
      resolve(clean ? { clean, next } : { clean, next, reason: `the process ended (${code ?? signal})` });
    });
  });
}
