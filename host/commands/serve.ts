// `wheeler serve`: from a component or a configuration to a server that answers, and back to nothing at
// Ctrl-C. The composition root of the supervisor's process: everything real is made here and passed
// on. Guests run in worker processes, which are made in `worker-child.ts`.

import { ArtifactStore } from '../artifact-store.ts';
import { systemEntropy } from '../capabilities/entropy.ts';
import { systemClock } from '../clock.ts';
import type { AppSettings, Settings } from '../config/settings.ts';
import type { ServedApp } from '../control-messages.ts';
import { ListeningSockets } from '../listening-sockets.ts';
import { exposition } from '../metrics/exposition.ts';
import { listenForMetrics, type MetricsListener } from '../metrics/listener.ts';
import { type Origin, startOrigin } from '../origin.ts';
import { Supervisor } from '../supervisor.ts';
import type { ServeArguments } from './arguments.ts';
import { deployApps, throwRefused } from './deploy-apps.ts';
import { paintFor } from './paint.ts';
import { notListening } from './reports.ts';
import { type Output, openScreen, type Screen } from './screen.ts';
import { cacheFolder, processesOf, readSettings, workerSettings } from './serve-settings.ts';
import { StartError } from './start-error.ts';
import { type SignalSource, stopSignals } from './stop-signals.ts';
import { baseUrl, routeTable, welcomeText } from './welcome.ts';

/** What the command touches of the process. */
export interface ServeIo {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signals: SignalSource;
}

/**
 * Serves until a signal. Resolves with the exit code: 0 after a stop in order, 130 after one at once.
 * @throws `StartError` when it cannot start.
 */
export async function serve(args: ServeArguments, io: ServeIo): Promise<number> {
  const origin = args.welcome ? await startOrigin(systemClock(), systemEntropy()) : null;
  const command = new ServeCommand(args, io, origin);
  const signals = stopSignals(io.signals, command.nowMs);
  try {
    const isRunning = await Promise.race([command.start().then(() => true), signals.first.then(() => false)]);
    if (!isRunning) return 130;
    // Whoever closes a terminal wants what runs in it to end; elsewhere it is how daemons are told to reload.
    const onHangUp = io.out.isTTY === true ? () => signals.ask() : () => void command.reload();
    io.signals.on('SIGHUP', onHangUp);
    await signals.first;
    io.signals.off('SIGHUP', onHangUp);
    return await Promise.race([command.stop().then(() => 0), signals.second.then(() => 130)]);
  } finally {
    signals.ignore();
    command.close();
    await origin?.close();
  }
}

interface Running {
  readonly settings: Settings;
  readonly sockets: ListeningSockets;
  readonly supervisor: Supervisor;
  readonly metrics: MetricsListener | null;
}

class ServeCommand {
  readonly #args: ServeArguments;
  readonly #io: ServeIo;
  readonly #origin: Origin | null;
  readonly #screen: Screen;
  readonly nowMs: () => number;
  readonly #wallMs: () => number;
  #running: Running | null = null;
  #supervisor: Supervisor | null = null;
  /** By the key of its artifact. */
  readonly #deployed = new Map<string, AppSettings>();
  #reloads: Promise<void> = Promise.resolve();

  constructor(args: ServeArguments, io: ServeIo, origin: Origin | null) {
    this.#args = args;
    this.#io = io;
    this.#origin = origin;
    const clock = systemClock();
    this.#screen = openScreen(io.out, io.env, () => clock.wallMs());
    this.nowMs = () => clock.monotonicMs();
    this.#wallMs = () => clock.wallMs();
  }

  async start(): Promise<void> {
    const { env, out } = this.#io;
    const settings = await readSettings(this.#args, this.#io, this.#origin?.url ?? null);
    const { host, port } = settings.server;
    const store = this.#openStore(settings);
    const sockets = await ListeningSockets.open(host, port).catch((error: unknown) => {
      throw new StartError(notListening(host, port, error));
    });
    const supervisor = new Supervisor({
      processes: processesOf(settings.server),
      sockets,
      readArtifact: (key) => this.#readArtifact(store, key),
      nowMs: this.nowMs,
      env,
      onLines: this.#screen.onLines,
      onErrors: (text) => void this.#io.err.write(text),
      report: (level, message) => this.#screen.logger[level](message),
    });
    this.#supervisor = supervisor;
    supervisor.begin(this.#workerSettings(settings), groupsOf(settings));
    const isForPeople = out.isTTY === true || this.#args.welcome;
    await deployApps(settings.apps, this.#deployTools(store), (app, ms) => {
      this.#deployed.set(app.key, app.settings);
      supervisor.add(app);
      if (isForPeople) progress(app.settings.name, ms, this.#screen, this.#io);
    });
    const refused = await supervisor.complete().catch(notStarted);
    throwRefused(refused, settings.apps, this.#paint);
    await supervisor.listen().catch(notStarted);
    const metrics = await this.#openMetrics(settings.server.metricsPort, supervisor);
    this.#running = { settings, sockets, supervisor, metrics };
    this.#announce(baseUrl(host, sockets.port), settings, isForPeople);
    await store.prune();
  }

  /** What cannot be reloaded is said and changes nothing. */
  reload(): Promise<void> {
    this.#reloads = this.#reloads
      .then(() => this.#reload())
      .catch((error: Error) => {
        this.#screen.logger.error(`Nothing is reloaded: ${error.message}`);
      });
    return this.#reloads;
  }

  async #reload(): Promise<void> {
    if (this.#running === null) return;
    const { supervisor, settings: before } = this.#running;
    const settings = await readSettings(this.#args, this.#io, this.#origin?.url ?? null);
    const store = this.#openStore(settings);
    const generation = {
      settings: this.#workerSettings(settings),
      groups: groupsOf(settings),
      apps: [] as ServedApp[],
    };
    await deployApps(settings.apps, this.#deployTools(store), (app) => {
      this.#deployed.set(app.key, app.settings);
      generation.apps.push(app);
    });
    const refused = await supervisor.reload(generation, settings.server.drainMsMax);
    throwRefused(refused, settings.apps, this.#paint);
    this.#running = { ...this.#running, settings };
    const { logger } = this.#screen;
    for (const key of FIXED_KEYS) {
      if (settings.server[key] === before.server[key]) continue;
      logger.warn(`server.${FIXED_NAMES[key]} counts from the next start on`);
    }
    logger.info({ apps: settings.apps.map(({ name }) => name) }, 'reloaded');
  }

  /** Lets what is under way end, and then everything. */
  async stop(): Promise<void> {
    if (this.#running === null) return;
    const { supervisor, settings, metrics } = this.#running;
    const { inFlight, ended } = await supervisor.stop(settings.server.drainMsMax);
    if (inFlight > 0) {
      this.#io.err.write(`Stopping: ${inFlight} requests under way, Ctrl-C again ends them\n`);
    }
    await ended;
    await metrics?.close();
  }

  close(): void {
    this.#supervisor?.close();
    this.#running?.sockets.close();
  }

  get #paint() {
    return paintFor(this.#io.err, this.#io.env);
  }

  #deployTools(store: ArtifactStore) {
    return { store, dev: this.#args.dev, nowMs: this.nowMs, paint: this.#paint };
  }

  /** One that was damaged or removed since it was deployed is built again. */
  async #readArtifact(store: ArtifactStore, key: string): Promise<Uint8Array | null> {
    const bytes = await store.read(key);
    const settings = this.#deployed.get(key);
    if (bytes !== null || settings === undefined) return bytes;
    this.#screen.logger.warn(`The artifact of ${settings.name} is damaged or gone: it is built again`);
    await deployApps([settings], this.#deployTools(store), () => {});
    return store.read(key);
  }

  #workerSettings(settings: Settings) {
    return workerSettings(settings, this.#args.dev, cacheFolder(settings.server, this.#io.env));
  }

  #openStore({ server }: Settings): ArtifactStore {
    const folder = cacheFolder(server, this.#io.env);
    try {
      return new ArtifactStore(folder, this.#wallMs);
    } catch (error) {
      const { message } = error as Error;
      throw new StartError(`The cache ${folder} cannot be used, ${message}. Name another in server.cache`);
    }
  }

  async #openMetrics(port: number | null, supervisor: Supervisor): Promise<MetricsListener | null> {
    if (port === null) return null;
    const text = async () => exposition(await supervisor.measure());
    return listenForMetrics(port, text).catch((error: unknown) => {
      throw new StartError(notListening('127.0.0.1', port, error, 'metrics'));
    });
  }

  #announce(base: string, settings: Settings, isForPeople: boolean): void {
    const { paint, logger } = this.#screen;
    const { apps, server } = settings;
    const processes = processesOf(server);
    const user = process.getuid?.() === 0 ? { user: server.user } : {};
    if (!isForPeople) {
      logger.info({ url: base, processes, ...user, apps: apps.map(({ name }) => name) }, 'listening');
    } else {
      const who = 'user' in user ? `, as the user ${user.user}` : '';
      const workers = processes === 1 ? '1 worker process' : `${processes} worker processes`;
      const title = paint.bold(`wheeler listens on ${base}`);
      const by = paint.dim(`with ${workers}${who}`);
      this.#io.out.write(`\n${title} ${by}\n\n${routeTable(base, apps, paint)}\n`);
      if (this.#args.welcome) this.#io.out.write(welcomeText(base, paint));
    }
    if (this.#running?.metrics) logger.info(`Metrics at ${this.#running.metrics.url}`);
  }
}

function notStarted(error: Error): never {
  throw new StartError(`${error.message}. It says why on the standard error output`);
}

function groupsOf({ apps }: Settings): string[] {
  return [...new Set(apps.flatMap(({ isolationGroup }) => isolationGroup ?? []))];
}

/** What a reload leaves as it is. */
const FIXED_NAMES = {
  host: 'host',
  port: 'port',
  processes: 'processes',
  metricsPort: 'metrics_port',
} as const;
const FIXED_KEYS = Object.keys(FIXED_NAMES) as (keyof typeof FIXED_NAMES)[];

function progress(name: string, ms: number, { paint }: Screen, { out }: ServeIo): void {
  out.write(`${paint.green('loaded')} ${name} ${paint.dim(`in ${ms.toFixed(0)} ms`)}\n`);
}
