// What the supervisor and its worker processes say to each other, all of it: sent by node:child_process
// with structured clones, in order, and only between processes of one server. Sockets travel beside
// a message and are named there.

import type { Finding } from '../toolchain/finding.ts';
import type { AppSettings, ServerSettings } from './config/settings.ts';
import type { Family } from './metrics/exposition.ts';

/** What holds for all requests of one worker process. */
export interface WorkerSettings {
  readonly server: Pick<ServerSettings, 'trustedProxies' | 'countryHeader' | 'regionHeader' | 'geoDatabases'>;
  /** Requests under way at once in this process; null: derived from the machine. */
  readonly inFlightMax: number | null;
  /** Resident memory above which the process takes no more requests. */
  readonly memoryBytesMax: number;
  readonly dev: boolean;
  /** Where answers of other servers are kept; null when no app keeps any. */
  readonly httpCacheFolder: string | null;
  /** What it shall run as once it has read its own program; null: as whom it was started. */
  readonly user: ProcessUser | null;
  /** Whether an app was granted a directory, so that the process has to go on reading files. */
  readonly readsFiles: boolean;
}

export interface ProcessUser {
  readonly uid: number;
  readonly gid: number;
}

/** An app with a component that was built and tried. */
export interface ServedApp {
  readonly settings: AppSettings;
  /** What the store knows its artifact by. */
  readonly key: string;
}

export type ToWorker =
  /** A process with a group runs the apps of that group, and takes no connections. */
  | { readonly type: 'begin'; readonly settings: WorkerSettings; readonly group: string | null }
  | { readonly type: 'app'; readonly app: ServedApp }
  /** No more apps come. It is answered with `ready`. */
  | { readonly type: 'complete' }
  | { readonly type: 'artifact'; readonly key: string; readonly bytes: Uint8Array | null }
  /** With the socket to take connections from. Answered with `listening`. */
  | { readonly type: 'listen' }
  /** With one end of a pair of sockets: requests for `group` go into it, or come out of it. */
  | { readonly type: 'link'; readonly group: string }
  | { readonly type: 'measure'; readonly round: number }
  /** Take no more connections, serve those that are there to their end, then exit. */
  | { readonly type: 'retire'; readonly drainMsMax: number }
  /** End what is under way within `drainMsMax`, then exit. Answered with `stopping`. */
  | { readonly type: 'stop'; readonly drainMsMax: number };

export type FromWorker =
  /** Sign of life, and for how long there may be none. */
  | { readonly type: 'beat'; readonly quietMsMax: number }
  | { readonly type: 'need'; readonly key: string }
  | { readonly type: 'ready'; readonly refused: readonly RefusedApp[] }
  | { readonly type: 'listening' }
  /** `round` is null for the last figures before the process ends. */
  | { readonly type: 'figures'; readonly round: number | null; readonly families: readonly Family[] }
  | { readonly type: 'stopping'; readonly inFlight: number };

export interface RefusedApp {
  readonly app: string;
  readonly findings: readonly Finding[];
}
