// All contestants, in the order of the report. To add one, write its file and name it here.
// What each is, its own file says.

import type { Contestant } from '../contestant.ts';
import { bubblewraps } from './bubblewrap.ts';
import { gvisor } from './gvisor.ts';
import { microvms } from './microvm.ts';
import { nspawn } from './nspawn.ts';
import { ours } from './ours.ts';
import { docker, podmans } from './podman.ts';
import { processes } from './processes.ts';
import { runtimes } from './runtimes.ts';
import { scriptRuntimes } from './script-runtimes.ts';
import { wasiHttp } from './wasi-http.ts';
import { workerds } from './workerd.ts';

export const CONTESTANTS: readonly Contestant[] = [
  ...ours,
  ...processes,
  ...bubblewraps,
  ...runtimes,
  ...podmans,
  docker,
  nspawn,
  gvisor,
  ...microvms,
  ...scriptRuntimes,
  ...workerds,
  ...wasiHttp,
];
