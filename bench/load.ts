// The load generator of the benches, in its process, and what a server's processes have used: both share
// the machine, so CPU time per request says more than requests per second.

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { LoadRequest, LoadResult } from './load-child.ts';

const CHILD = fileURLToPath(new URL('load-child.ts', import.meta.url));
/** Ticks of /proc/PID/stat in a second, on all Linux systems of today. */
const TICK_MS = 10;

export class Load {
  readonly #child: ChildProcess = fork(CHILD, { execArgv: [] });

  async put(request: LoadRequest): Promise<LoadResult> {
    this.#child.send(request);
    const [result] = (await once(this.#child, 'message')) as [LoadResult];
    return result;
  }

  stop(): void {
    this.#child.disconnect();
  }
}

/** CPU time of these processes since they began. */
export async function cpuMsOf(pids: readonly number[]): Promise<number> {
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8')));
  return stats.reduce((sum, stat) => {
    // The name in brackets may hold anything; user and system time are the 12th and 13th field behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  }, 0);
}
