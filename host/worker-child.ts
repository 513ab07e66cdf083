// The program of a worker process: what `worker.ts` needs of the process, and the rights that it gives up.
// Started by the supervisor under Node's permission model; reads its own program, becomes the
// unprivileged user, lets go of the file system, and only then begins to serve.

import { preloadParser } from './capabilities/connection-pools.ts';
import { systemClock } from './clock.ts';
import { batchedOutput } from './commands/batched-output.ts';
import type { FromWorker, ToWorker } from './control-messages.ts';
import { openGeoDatabases } from './geo-databases.ts';
import { cacheFile, openHttpCache } from './http-cache/cache-file.ts';
import { dropPrivileges } from './least-privileges.ts';
import { Worker, type WorkerIo } from './worker.ts';

const ORPHAN_DRAIN_MS_MAX = 2_000; // arbitrary
/** How long a line of the log is kept, which a process that is killed takes with it. */
const LOG_MS_MAX = 5;

// The engine's ten would show little of a guest: the innermost are often those of a language's runtime.
Error.stackTraceLimit = 50;

// What reads files, or asks for rights of its own, does so now.
const clock = systemClock();
await preloadParser();

// The supervisor has to be woken for each write.
const out = batchedOutput(process.stdout, (callback) => void setTimeout(callback, LOG_MS_MAX));
process.once('exit', () => out.flush());

let worker: Worker | null = null;
let isDone = false;

process.on('message', (message: ToWorker, socket: unknown) => {
  if (message.type !== 'begin') return worker?.handle(message, socket);
  const cache = openCache(message.settings.httpCacheFolder, message.group);
  const placeOf = openGeoDatabases(message.settings.server.geoDatabases);
  dropPrivileges(message.settings);
  worker = new Worker(message.settings, message.group, { clock, placeOf, cache, send, write, exit });
});

function openCache(folder: string | null, group: string | null): WorkerIo['cache'] {
  if (folder === null) return null;
  return openHttpCache(cacheFile(folder, group), clock, (error) => worker?.cacheFailed(error));
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

function write(line: string): void {
  out.write(line);
}

/** What was sent and written last is to arrive. */
function exit(): void {
  isDone = true;
  if (process.connected) process.disconnect?.();
  else process.exit();
}

// A terminal tells all processes of Ctrl-C; what follows from it the supervisor decides.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => void worker?.stop(ORPHAN_DRAIN_MS_MAX));
process.on('disconnect', () => {
  if (isDone || worker === null) process.exit();
  // The supervisor is gone, and nobody reads the log any more.
  process.stdout.on('error', () => {});
  void worker.stop(ORPHAN_DRAIN_MS_MAX);
});
