// Puts a load on a server from another process, and tells what came of it and what the load
// itself cost. Used by the benches of whole servers.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface LoadOptions {
  readonly url: string;
  /** Each has one request under way at a time. */
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly answers: number;
  /** How often what went wrong; empty when nothing did. */
  readonly failures: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** CPU time of the load's own process. */
  readonly cpuMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const PROCESS = fileURLToPath(new URL('load-process.ts', import.meta.url));

export async function load({ url, connections, seconds }: LoadOptions): Promise<LoadResult> {
  const args = [PROCESS, url, String(connections), String(seconds)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as LoadResult;
}
