// What `wheeler serve` is to serve: a configuration or a single component, with what the command line
// says on top, and what holds on this machine where nobody says anything.

import { availableParallelism, homedir } from 'node:os';
import { basename, join } from 'node:path';
import { appNameOf } from '../config/app-name.ts';
import { loadSettings } from '../config/load-settings.ts';
import {
  APP_DEFAULTS,
  type AppSettings,
  SERVER_DEFAULTS,
  type ServerSettings,
  type Settings,
} from '../config/settings.ts';
import type { ProcessUser, WorkerSettings } from '../control-messages.ts';
import { openGeoDatabases } from '../geo-databases.ts';
import { cacheFile, prepareCacheFile } from '../http-cache/cache-file.ts';
import { findUser } from '../least-privileges.ts';
import { memoryBytesMaxFor } from '../machine.ts';
import type { ServeArguments } from './arguments.ts';
import { paintFor } from './paint.ts';
import { mistakesReport, unreadable } from './reports.ts';
import type { ServeIo } from './serve.ts';
import { StartError } from './start-error.ts';

/** @throws `StartError` with all mistakes. */
export async function readSettings(
  args: ServeArguments,
  io: ServeIo,
  originUrl: string | null,
): Promise<Settings> {
  const given = args.isConfig ? await readFileSettings(args.file, io, originUrl) : componentSettings(args);
  const { server } = given;
  return {
    ...given,
    server: {
      ...server,
      host: args.host ?? server.host,
      port: args.port ?? server.port,
      processes: args.processes ?? server.processes,
      metricsPort: args.metricsPort ?? server.metricsPort,
    },
  };
}

export function processesOf({ processes }: ServerSettings): number {
  return processes ?? availableParallelism();
}

export function cacheFolder({ cache }: ServerSettings, env: ServeIo['env']): string {
  const users = env.XDG_CACHE_HOME ?? '';
  return cache ?? join(users === '' ? join(homedir(), '.cache') : users, 'wheeler');
}

/** @throws `StartError` when there is no such user, or no such geo database. */
export function workerSettings({ server, apps }: Settings, dev: boolean, folder: string): WorkerSettings {
  const { trustedProxies, countryHeader, regionHeader, geoDatabases, inFlightMax } = server;
  checkGeoDatabases(geoDatabases);
  return {
    server: { trustedProxies, countryHeader, regionHeader, geoDatabases },
    inFlightMax,
    memoryBytesMax: memoryBytesMaxFor(processesOf(server)),
    dev,
    httpCacheFolder: prepareHttpCache(apps, folder) ? folder : null,
    user: process.getuid?.() === 0 ? userOf(server.user) : null,
    readsFiles: apps.some(({ directories = [] }) => directories.length > 0),
  };
}

/** Whether any app has one. @throws `StartError` when none can be kept in `folder` */
function prepareHttpCache(apps: readonly AppSettings[], folder: string): boolean {
  const caching = apps.filter(({ httpCacheBytesMax }) => httpCacheBytesMax !== undefined);
  for (const [group, members] of Map.groupBy(caching, ({ isolationGroup }) => isolationGroup)) {
    const path = cacheFile(folder, group);
    try {
      prepareCacheFile(
        path,
        members.map(({ name }) => name),
      );
    } catch (error) {
      throw new StartError(`No HTTP cache can be kept in ${path}: ${(error as Error).message}`);
    }
  }
  return caching.length > 0;
}

/** Whoever serves reads them again, each worker process for itself. @throws `StartError` */
export function checkGeoDatabases(paths: readonly string[]): void {
  try {
    openGeoDatabases(paths);
  } catch (error) {
    throw new StartError(`server.geo_databases: ${(error as Error).message}`);
  }
}

function userOf(name: string): ProcessUser {
  const user = findUser(name);
  if (user !== null) return user;
  throw new StartError(`This system knows no user ${name}: say in server.user whom worker processes run as`);
}

/** Stands in the demo's configuration for the URL of its origin, whose port is not known before. */
const WELCOME_ORIGIN = 'WELCOME_ORIGIN';

async function readFileSettings(file: string, io: ServeIo, originUrl: string | null): Promise<Settings> {
  const fill = new Map(originUrl === null ? [] : [[WELCOME_ORIGIN, originUrl]]);
  const read = await loadSettings(file, io.env, fill).catch((error: unknown) => {
    throw new StartError(`${unreadable(file, error)}: give wheeler serve a configuration or a component`);
  });
  if ('settings' in read) return read.settings;
  const report = mistakesReport(file, read.mistakes, paintFor(io.err, io.env));
  const isDemo = originUrl === null && report.includes(WELCOME_ORIGIN);
  throw new StartError(
    isDemo ? `${report}\nWith --welcome the demo's origin stands for \${${WELCOME_ORIGIN}}\n` : report,
  );
}

/** One component, at every path. */
function componentSettings({ file, grants, variables }: ServeArguments): Settings {
  const app: AppSettings = {
    ...APP_DEFAULTS,
    name: appNameOf(basename(file, '.wasm')),
    component: file,
    grants,
    variables,
  };
  return { server: SERVER_DEFAULTS, apps: [app] };
}
