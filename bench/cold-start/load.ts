// Throughput of a contestant that is warm: wrk over connections that stay open, and the CPU time that the
// contestant's processes used meanwhile. Debian has wrk as a package; without it there are no figures.

import { availableParallelism } from 'node:os';
import type { Running } from './contestant.ts';
import { cpuMsBelow } from './process-tree.ts';
import { find, run } from './workbench.ts';

export interface Load {
  readonly requestsPerSecond: number;
  /** CPU time of the contestant for one request, kernel included; the load generator's is not in it. */
  readonly cpuUsPerRequest: number;
}

const CONNECTIONS = 16; // arbitrary
export async function measureLoad(running: Running, seconds: number): Promise<Load | null> {
  const wrk = find('wrk');
  if (wrk === null || running.url === null) return null;
  const [program = wrk, ...inside] = [...running.enter, wrk];
  const { url } = running;
  const load = (duration: number) =>
    run(program, [...inside, '-t', '1', '-c', String(CONNECTIONS), '-d', `${duration}s`, url]);
  await load(1); // warm
  const before = await cpuMsBelow(running.pid);
  const text = await load(seconds);
  const cpuMs = (await cpuMsBelow(running.pid)) - before;
  const requests = Number(/(\d+) requests in/.exec(text)?.[1]);
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  if (!(requests > 0) || refused > 0) throw new Error(`The load failed: ${text.replaceAll('\n', ' ')}`);
  return { requestsPerSecond: requests / seconds, cpuUsPerRequest: (cpuMs * 1000) / requests };
}

export const LOAD_TEXT = `wrk, 1 thread, ${CONNECTIONS} connections, on the same ${availableParallelism()} cores`;
