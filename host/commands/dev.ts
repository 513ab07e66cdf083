// `wheeler dev`: a project's folder, or a configuration, served while its author works on it. Everything
// real is made here and passed on; what happens at a change is in ../dev/.

import { relative, resolve } from 'node:path';
import { BuildError } from '../../toolchain/build/build-error.ts';
import { detectLanguage } from '../../toolchain/build/language.ts';
import { admission } from '../admission.ts';
import { systemEntropy } from '../capabilities/entropy.ts';
import { systemClock } from '../clock.ts';
import { loadSettings } from '../config/load-settings.ts';
import { configurationIn, projectIn } from '../config/projects.ts';
import { APP_DEFAULTS, SERVER_DEFAULTS, type Settings } from '../config/settings.ts';
import { Deployer } from '../deploy.ts';
import { Builder } from '../dev/builder.ts';
import { devReport } from '../dev/dev-report.ts';
import { DevServer } from '../dev/dev-server.ts';
import { FAILURES_PATH } from '../dev/failure-notice.ts';
import { watchFile } from '../dev/watch-files.ts';
import { openHttpCache } from '../http-cache/cache-file.ts';
import { inFlightMaxFor, memoryBytesMaxFor, memoryGauge, readMapCountMax } from '../machine.ts';
import { serviceCalls } from '../service-calls.ts';
import { type DevArguments, UsageError } from './arguments.ts';
import { paintFor } from './paint.ts';
import { mistakesReport, notListening, unreadable } from './reports.ts';
import { openScreen, type Screen } from './screen.ts';
import type { ServeIo } from './serve.ts';
import { checkGeoDatabases } from './serve-settings.ts';
import { StartError } from './start-error.ts';
import { stopSignals } from './stop-signals.ts';
import { baseUrl, routeTable } from './welcome.ts';

/**
 * Serves until a signal. Resolves with the exit code: 0 after a stop in order, 130 after one at once.
 * @throws `StartError` when it cannot start; sources that do not build are no reason
 */
export async function dev(args: DevArguments, io: ServeIo): Promise<number> {
  const config = await configurationIn(args.path);
  const settings = config === null ? await projectSettings(args) : await configuredSettings(config, args, io);
  checkGeoDatabases(settings.server.geoDatabases);
  const clock = systemClock();
  const nowMs = () => clock.monotonicMs();
  const screen = openScreen(io.out, io.env, () => clock.wallMs());
  const { logger } = screen;
  const onLogFailure = (error: unknown) => logger.error({ err: error }, 'The log of a guest failed');
  const onCacheFailure = (error: unknown) => logger.error({ err: error }, 'The HTTP cache failed');
  const deployer = new Deployer({
    logger,
    onLogFailure,
    clock,
    entropy: systemEntropy(),
    cache: openHttpCache(':memory:', clock, onCacheFailure),
    callService: serviceCalls({
      targetOf: (app) => server.targetOf(app),
      nowMs,
      onAccess: screen.onAccess,
    }),
    dev: true,
  });
  const builder = new Builder();
  const server: DevServer = new DevServer(settings.server, {
    builder,
    deployer,
    admit: admission({
      inFlightMax: settings.server.inFlightMax ?? inFlightMaxFor(readMapCountMax()),
      nowMs,
      isMemoryShort: memoryGauge(memoryBytesMaxFor(1), nowMs),
    }),
    report: devReport(screen, io.out),
    nowMs,
    onAccess: screen.onAccess,
  });
  const signals = stopSignals(io.signals, nowMs);
  const { host, port } = settings.server;
  const address = await server.listen(host, port).catch((error: unknown) => {
    throw new StartError(notListening(host, port, error));
  });
  const watching = config === null ? null : watchConfiguration(config, args, server, screen, io);
  try {
    await Promise.race([server.apply(settings).catch(notWatched), signals.first]);
    announce(baseUrl(host, address.port), settings, screen, io);
    await signals.first;
    if (server.inFlight > 0) {
      io.err.write(`Stopping: ${server.inFlight} requests under way, Ctrl-C again ends them\n`);
    }
    return await Promise.race([server.close().then(() => 0), signals.second.then(() => 130)]);
  } finally {
    signals.ignore();
    watching?.close();
    builder.close();
    deployer.close();
  }
}

/** @throws `StartError` when the folder is no project. */
async function projectSettings({ path, grants, variables, host, port }: DevArguments): Promise<Settings> {
  await detectLanguage(path).catch((error: unknown) => {
    throw error instanceof BuildError ? new StartError(error.message) : error;
  });
  const app = {
    ...APP_DEFAULTS,
    ...projectIn(path),
    grants,
    variables,
  };
  return { server: listenAt(SERVER_DEFAULTS, host, port), apps: [app] };
}

async function configuredSettings(file: string, args: DevArguments, io: ServeIo): Promise<Settings> {
  if (args.grants.length > 0 || args.variables.size > 0) {
    throw new UsageError(
      `--allow-outbound and --var are for a project without a configuration: write them into ${relative('', file)} instead`,
    );
  }
  const read = await loadSettings(file, io.env, new Map()).catch((error: unknown) => {
    throw new StartError(unreadable(file, error));
  });
  if ('mistakes' in read) {
    throw new StartError(mistakesReport(relative('', file), read.mistakes, paintFor(io.err, io.env)));
  }
  const { server, apps } = read.settings;
  return { apps, server: listenAt(server, args.host, args.port) };
}

function listenAt(server: Settings['server'], host: string | null, port: number | null): Settings['server'] {
  return { ...server, host: host ?? server.host, port: port ?? server.port };
}

/** What its apps may do changes at once; where it listens does not. */
function watchConfiguration(
  file: string,
  args: DevArguments,
  server: DevServer,
  { logger }: Screen,
  io: ServeIo,
) {
  const onError = (error: Error) => logger.error({ err: error }, `${file} is not watched any more`);
  const reload = async () => {
    try {
      await server.apply(await configuredSettings(file, args, io));
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      io.err.write(`${error.message}\n`);
    }
  };
  return watchFile(file, { onChange: () => void reload(), onError });
}

function notWatched(error: unknown): never {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') throw new StartError(`There is no folder ${path}`);
  if (code === 'ENOSPC') {
    throw new StartError(
      'There are more files than this system lets one user watch: raise fs.inotify.max_user_watches with sysctl',
    );
  }
  if (code === undefined) throw error;
  throw new StartError(`The files cannot be watched: ${message}`);
}

function announce(base: string, { apps }: Settings, { paint, logger }: Screen, { out }: ServeIo): void {
  if (out.isTTY !== true) {
    logger.info({ url: base, apps: apps.map(({ name }) => name) }, 'listening');
    return;
  }
  const folders = [...new Set(apps.map(({ source, component }) => relative(resolve(), source ?? component)))];
  out.write(`\n${paint.bold(`wheeler listens on ${base}`)}\n\n${routeTable(base, apps, paint)}\n`);
  out.write(paint.dim(`Watching ${folders.map((folder) => folder || 'this folder').join(', ')}. `));
  out.write(paint.dim(`What does not build is told here and at ${FAILURES_PATH}\n\n`));
}
