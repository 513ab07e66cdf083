// A place for worker processes under the supervisor: what the one that is there does, and the next one
// after it. What is known here outlives the process.

import type { RefusedApp, ServedApp } from './control-messages.ts';
import type { BoundSocket } from './listening-sockets.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface Place {
  readonly name: string;
  /** Runs the apps of this group; null: takes connections and runs all others. */
  readonly group: string | null;
  socket: BoundSocket | null;
  failures: number;
  /** The process that serves here, or is about to. */
  worker: WorkerProcess | null;
}

export function groupPlace(group: string): Place {
  return { name: group, group, socket: null, failures: 0, worker: null };
}

/** Processes that take connections route to all apps; those of a group run theirs. */
export function isFor({ settings }: ServedApp, { group }: Place): boolean {
  return group === null || settings.isolationGroup === group;
}

/** What the supervisor waits for from one process. */
export interface Hopes {
  readonly place: Place;
  readonly ready: PromiseWithResolvers<readonly RefusedApp[]>;
  readonly listening: PromiseWithResolvers<void>;
  /** How many requests were under way when it was told to stop. */
  readonly stopping: PromiseWithResolvers<number>;
}

export function hopesFor(place: Place): Hopes {
  const hopes: Hopes = {
    place,
    ready: Promise.withResolvers(),
    listening: Promise.withResolvers(),
    stopping: Promise.withResolvers(),
  };
  // When it ends these are rejected, also when nobody waits.
  for (const { promise } of [hopes.ready, hopes.listening]) promise.catch(() => {});
  return hopes;
}
