// What a configuration says, checked and in our own words, and what holds when it says
// nothing. Knows neither TOML nor the command line.

import { APP_LIMITS } from '../../abi/limits.ts';
import type { AppConfig } from '../capabilities/capability.ts';
import type { RoutePattern } from './route.ts';

export interface ServerSettings {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** CIDR blocks. */
  readonly trustedProxies: readonly string[];
  /** Lower-case, honoured from trusted proxies only. */
  readonly countryHeader: string | null;
  readonly regionHeader: string | null;
  /** Files in MaxMind's format. */
  readonly geoDatabases: readonly string[];
  /** How long requests may go on once the server has been told to stop. */
  readonly drainMsMax: number;
  /** Requests under way at once in one process; null: derived from the machine. */
  readonly inFlightMax: number | null;
  /** Worker processes that take connections; null: one for each core. */
  readonly processes: number | null;
  /** Name or number of the user that worker processes run as when the server is started as root. */
  readonly user: string;
  /** Folder for what is built of components; null: in the user's own. */
  readonly cache: string | null;
  /** Where metrics are collected on this machine, 0 at any free port; null: nowhere. */
  readonly metricsPort: number | null;
}

/** An app: what its capabilities need, and where its component and its routes are. */
export interface AppSettings extends AppConfig {
  /** Path of the component's file. */
  readonly component: string;
  /** Folder of the project that the component is built from, when there is one. */
  readonly source?: string;
  /** None: it is only there for others, whose middleware it is. */
  readonly routes: readonly RoutePattern[];
  /** The apps that its requests pass first, in that order. */
  readonly middleware?: readonly string[];
  /** Its worker process is shared with the apps of this group alone; null: it runs with all others. */
  readonly isolationGroup: string | null;
  /** Whether clients learn from a `Server-Timing` header how long it took. */
  readonly serverTiming: boolean;
}

export interface Settings {
  readonly server: ServerSettings;
  readonly apps: readonly AppSettings[];
}

export const SERVER_DEFAULTS: ServerSettings = {
  // Only this machine can connect unless somebody decides otherwise.
  host: '127.0.0.1',
  port: 8787,
  trustedProxies: [],
  countryHeader: null,
  regionHeader: null,
  geoDatabases: [],
  drainMsMax: 10_000, // arbitrary
  inFlightMax: null,
  processes: null,
  user: 'nobody',
  cache: null,
  metricsPort: null,
};

/** Of an app without a configuration: one component, at every path. */
export const APP_DEFAULTS = {
  routes: [{ host: '*', prefix: '/' }],
  isolationGroup: null,
  serverTiming: false,
  limits: APP_LIMITS,
  secrets: new Map<string, string>(),
} as const;
