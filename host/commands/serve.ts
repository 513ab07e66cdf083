// `wheeler serve`: from a component or a configuration to a server that answers, and back to
// nothing at Ctrl-C. The composition root of the host: everything real is made here and passed on.

import { randomFillSync } from 'node:crypto';
import { basename } from 'node:path';
import type { Clock } from '../../abi/capabilities.ts';
import { APP_LIMITS } from '../../abi/limits.ts';
import { systemEntropy } from '../capabilities/entropy.ts';
import { systemClock } from '../clock.ts';
import { readComponent } from '../component-file.ts';
import { appNameOf } from '../config/app-name.ts';
import { loadSettings } from '../config/load-settings.ts';
import { type AppSettings, SERVER_DEFAULTS, type Settings } from '../config/settings.ts';
import { Deployer } from '../deploy.ts';
import { admission, inFlightMaxFor } from '../dispatch.ts';
import { proxyTrust } from '../http/proxy-trust.ts';
import type { Target } from '../http/serve.ts';
import { readMapCountMax } from '../map-count.ts';
import { exposition } from '../metrics/exposition.ts';
import { listenForMetrics, type MetricsListener } from '../metrics/listener.ts';
import { Metrics } from '../metrics/metrics.ts';
import { type Origin, startOrigin } from '../origin.ts';
import { Registry } from '../registry.ts';
import { requestIds } from '../request-id.ts';
import { router } from '../router.ts';
import { HttpServer } from '../server.ts';
import type { DeployedVersion } from '../version-loader.ts';
import type { ServeArguments } from './arguments.ts';
import { paintFor } from './paint.ts';
import { findingsReport, mistakesReport, notListening, unreadable } from './reports.ts';
import { type Output, openScreen, type Screen } from './screen.ts';
import { type SignalSource, stopSignals } from './stop-signals.ts';
import { baseUrl, routeTable, welcomeText } from './welcome.ts';

/** What the command touches of the process. */
export interface ServeIo {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
}

/** Something did not start; the message is for people and complete. */
export class StartError extends Error {}

/**
 * Serves until a signal. Resolves with the exit code: 0 after a stop in order, 130 after one at once.
 * @throws `StartError` when it cannot start.
 */
export async function serve(args: ServeArguments, io: ServeIo): Promise<number> {
  const clock = systemClock();
  const screen = openScreen(io.out, io.env, () => clock.wallMs());
  const nowMs = () => Number(clock.monotonicNs()) / 1e6;
  const signals = stopSignals(io.signals, nowMs);
  const origin = args.welcome ? await startOrigin() : null;
  try {
    const tools = { clock, screen, io, nowMs };
    const running = await Promise.race([start(args, origin, tools), signals.first.then(() => null)]);
    if (running === null) return 130;
    await signals.first;
    const { inFlight } = running.server;
    if (inFlight > 0) io.err.write(`Stopping: ${inFlight} requests under way, Ctrl-C again ends them\n`);
    const stopped = stop(running).then(() => 0);
    return await Promise.race([stopped, signals.second.then(() => 130)]);
  } finally {
    signals.ignore();
    await origin?.close();
  }
}

interface Tools {
  readonly clock: Clock;
  readonly screen: Screen;
  readonly io: ServeIo;
  readonly nowMs: () => number;
}

interface Running {
  readonly server: HttpServer;
  readonly settings: Settings;
  readonly registry: Registry<DeployedVersion>;
  readonly metrics: MetricsListener | null;
}

async function start(args: ServeArguments, origin: Origin | null, tools: Tools): Promise<Running> {
  const settings = await readSettings(args, tools.io, origin?.url ?? null);
  const registry = new Registry<DeployedVersion>();
  const isForPeople = tools.io.out.isTTY === true || args.welcome;
  await deployAll(settings.apps, registry, { showsProgress: isForPeople, dev: args.dev }, tools);
  const metrics = new Metrics(settings.apps.map(({ name }) => name));
  const server = openServer(args, settings, registry, metrics, tools);
  const { host, port } = settings.server;
  const address = await server.listen(host, port).catch((error: unknown) => {
    throw new StartError(notListening(host, port, error));
  });
  const metricsListener = await openMetrics(settings.server.metricsPort, metrics);
  const base = baseUrl(host, address.port);
  if (isForPeople) announce(base, args, settings, tools);
  else tools.screen.logger.info({ url: base, apps: settings.apps.map(({ name }) => name) }, 'listening');
  if (metricsListener !== null) tools.screen.logger.info(`Metrics at ${metricsListener.url}`);
  return { server, settings, registry, metrics: metricsListener };
}

async function openMetrics(port: number | null, metrics: Metrics): Promise<MetricsListener | null> {
  if (port === null) return null;
  const text = () => exposition(metrics.families(process.memoryUsage.rss()));
  return listenForMetrics(port, text).catch((error: unknown) => {
    throw new StartError(notListening('127.0.0.1', port, error, 'metrics'));
  });
}

async function readSettings(args: ServeArguments, io: ServeIo, originUrl: string | null): Promise<Settings> {
  const given = args.isConfig ? await readFileSettings(args.file, io, originUrl) : componentSettings(args);
  const { server } = given;
  return {
    ...given,
    server: {
      ...server,
      host: args.host ?? server.host,
      port: args.port ?? server.port,
      metricsPort: args.metricsPort ?? server.metricsPort,
    },
  };
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
    name: appNameOf(basename(file, '.wasm')),
    component: file,
    routes: [{ host: '*', prefix: '/' }],
    serverTiming: false,
    limits: APP_LIMITS,
    grants,
    variables,
    secrets: new Map(),
  };
  return { server: SERVER_DEFAULTS, apps: [app] };
}

/** @throws `StartError` with all that is wrong with all apps. */
async function deployAll(
  apps: readonly AppSettings[],
  registry: Registry<DeployedVersion>,
  { showsProgress, dev }: { readonly showsProgress: boolean; readonly dev: boolean },
  { clock, screen, io, nowMs }: Tools,
): Promise<void> {
  const { logger } = screen;
  const deployer = new Deployer({
    logger,
    onLogFailure: (error) => logger.error({ err: error }, 'The log of a guest failed'),
    clock,
    entropy: systemEntropy(),
    dev,
  });
  const paint = paintFor(io.err, io.env);
  const reports: string[] = [];
  for (const app of apps) {
    const startedMs = nowMs();
    const bytes = await readComponent(app.component).catch((error: unknown) => {
      reports.push(`${paint.red('Missing')} ${paint.bold(app.name)}: ${unreadable(app.component, error)}\n`);
      return null;
    });
    const deployed = bytes === null ? null : await deployer.deploy(bytes, app);
    if (deployed === null) continue;
    if ('findings' in deployed)
      reports.push(findingsReport(app.name, app.component, deployed.findings, paint));
    else {
      registry.add(app.name, deployed.version);
      registry.activate(app.name, deployed.version.digest);
      if (showsProgress) progress(app.name, nowMs() - startedMs, screen, io);
    }
  }
  deployer.close();
  if (reports.length > 0) throw new StartError(reports.join('\n'));
}

function progress(name: string, ms: number, { paint }: Screen, { out }: ServeIo): void {
  out.write(`${paint.green('loaded')} ${name} ${paint.dim(`in ${ms.toFixed(0)} ms`)}\n`);
}

function openServer(
  args: ServeArguments,
  { server, apps }: Settings,
  registry: Registry<DeployedVersion>,
  metrics: Metrics,
  { screen, nowMs }: Tools,
): HttpServer {
  const admit = admission(server.inFlightMax ?? inFlightMaxFor(readMapCountMax()));
  const find = router(apps.flatMap(({ name, routes }) => routes.map((route) => ({ ...route, app: name }))));
  const timed = new Set(apps.filter(({ serverTiming }) => serverTiming).map(({ name }) => name));
  // One admitted target per version, not per request.
  const targets = new WeakMap<DeployedVersion, Target>();
  return new HttpServer({
    route: (hostname, path) => {
      const app = find(hostname, path);
      const version = app === null ? null : registry.active(app);
      if (version === null) return null;
      const known = targets.get(version);
      if (known !== undefined) return known;
      const target = {
        ...version,
        dispatch: metrics.watch(version.app, admit(version.dispatch)),
        serverTiming: timed.has(version.app),
      };
      targets.set(version, target);
      return target;
    },
    trust: proxyTrust({ ...server, proxies: server.trustedProxies }),
    newRequestId: requestIds(randomFillSync),
    nowMs,
    dev: args.dev,
    onAccess: (entry) => {
      metrics.record(entry);
      screen.onAccess(entry);
    },
  });
}

function announce(base: string, args: ServeArguments, { apps }: Settings, { screen, io }: Tools): void {
  const { paint } = screen;
  io.out.write(`\n${paint.bold(`wheeler listens on ${base}`)}\n\n${routeTable(base, apps, paint)}\n`);
  if (args.welcome) io.out.write(welcomeText(base, paint));
}

/** The guests' own connections go last: what is under way may still need them. */
async function stop({ server, settings, registry, metrics }: Running): Promise<void> {
  await server.close(settings.server.drainMsMax);
  await metrics?.close();
  await Promise.all(settings.apps.map(({ name }) => registry.active(name)?.close(0)));
}
