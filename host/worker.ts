// One worker process: takes connections and runs guests, as its supervisor tells it. Made of the same
// parts as the server in one process; what is special is that settings, artifacts and sockets come in
// messages, and that it says every half second that it lives.
// Knows no files: it has given up the right to read any before the first guest is loaded.

import { randomFillSync } from 'node:crypto';
import type { Socket } from 'node:net';
import { type Logger, pino } from 'pino';
import type { Clock } from '../abi/capabilities.ts';
import { type AccessEntry, accessJson } from './access-log.ts';
import { type Admit, admission } from './admission.ts';
import { unpackArtifact } from './artifact-store.ts';
import { systemEntropy } from './capabilities/entropy.ts';
import { withMiddleware } from './chain.ts';
import type { FromWorker, RefusedApp, ServedApp, ToWorker, WorkerSettings } from './control-messages.ts';
import type { Dispatch } from './exchange.ts';
import type { PlaceOf } from './geo-databases.ts';
import { proxyTrust } from './http/proxy-trust.ts';
import type { Target } from './http/serve.ts';
import type { HttpCache } from './http-cache/app-cache.ts';
import { ExchangeServer } from './isolation/exchange-server.ts';
import { FrameLink, type OpenLink } from './isolation/frame-link.ts';
import { RemoteApps } from './isolation/remote-apps.ts';
import type { BoundSocket } from './listening-sockets.ts';
import { inFlightMaxFor, loadedMaxFor, memoryGauge, readMapCountMax } from './machine.ts';
import { Metrics } from './metrics/metrics.ts';
import { requestIds } from './request-id.ts';
import { type Router, router } from './router.ts';
import { NotLoaded, ServedApps } from './served-apps.ts';
import { HttpServer } from './server.ts';
import { serviceCalls } from './service-calls.ts';
import { VersionLoader } from './version-loader.ts';

export interface WorkerIo {
  readonly clock: Clock;
  readonly placeOf: PlaceOf;
  readonly cache: HttpCache | null;
  readonly send: (message: FromWorker) => void;
  /** Takes a line of the log. */
  readonly write: (line: string) => void;
  readonly exit: () => void;
}

/** What the supervisor may hear nothing for: while it works, and while it loads a component. */
const QUIET_MS_MAX = 2_000;
const LOADING_QUIET_MS_MAX = 15_000; // more than what the deployer's child process has for it
const BEAT_MS = 500;

/** Loaded before it takes connections; more apps are loaded when they are asked for. */
const LOADED_AHEAD_MAX = 100; // arbitrary

export class Worker {
  readonly #io: WorkerIo;
  readonly #nowMs: () => number;
  readonly #logger: Logger;
  readonly #apps: ServedApps;
  /** Whose apps it runs, and nothing else; null where connections come in. */
  readonly #group: string | null;
  /** Of other processes, by their group. */
  readonly #remote = new Map<string, RemoteApps>();
  readonly #exchanges = new ExchangeServer((app) => this.#targets.get(app)?.dispatch);
  readonly #metrics = new Metrics([]);
  readonly #server: HttpServer;
  readonly #admit: Admit;
  readonly #served: ServedApp[] = [];
  readonly #targets = new Map<string, Target>();
  /** What each app does by itself, with nothing in front of it. */
  readonly #own = new Map<string, Dispatch>();
  readonly #ahead: Promise<RefusedApp | null>[] = [];
  readonly #artifacts = new Map<string, (bytes: Uint8Array | null) => void>();
  #find: Router<string> = () => null;
  #isStopping = false;
  #beatenMs = 0;

  constructor(settings: WorkerSettings, group: string | null, io: WorkerIo) {
    this.#io = io;
    this.#group = group;
    const { clock } = io;
    this.#nowMs = () => clock.monotonicMs();
    const logger = pino({ level: 'trace', base: null }, { write: io.write });
    this.#logger = logger;
    const mapCountMax = readMapCountMax();
    this.#admit = admission({
      inFlightMax: settings.inFlightMax ?? inFlightMaxFor(mapCountMax),
      nowMs: this.#nowMs,
      isMemoryShort: memoryGauge(settings.memoryBytesMax, this.#nowMs),
    });
    this.#apps = new ServedApps({
      loader: new VersionLoader({
        logger,
        onLogFailure: (error) => logger.error({ err: error }, 'The log of a guest failed'),
        clock,
        entropy: systemEntropy(),
        cache: io.cache,
        callService: serviceCalls({
          targetOf: (app) => this.#targets.get(app) ?? null,
          nowMs: this.#nowMs,
          onAccess: (entry) => this.#record(entry),
        }),
        dev: settings.dev,
      }),
      fetchArtifact: (key) => this.#fetchArtifact(key),
      loadedMax: loadedMaxFor(mapCountMax),
      onLoading: (isLoading) => this.#beat(isLoading ? LOADING_QUIET_MS_MAX : QUIET_MS_MAX),
    });
    this.#server = new HttpServer({
      route: (hostname, path) => this.#targets.get(this.#find(hostname, path) ?? '') ?? null,
      trust: proxyTrust({
        ...settings.server,
        proxies: settings.server.trustedProxies,
        placeOf: io.placeOf,
      }),
      newRequestId: requestIds(randomFillSync),
      nowMs: this.#nowMs,
      dev: settings.dev,
      onAccess: (entry) => this.#record(entry),
    });
    this.#beat(QUIET_MS_MAX);
    setInterval(() => this.#beat(QUIET_MS_MAX), BEAT_MS);
  }

  /** What failed is only the cache: guests ask other servers instead. */
  cacheFailed(error: unknown): void {
    this.#logger.error({ err: error }, 'The HTTP cache failed');
  }

  handle(message: Exclude<ToWorker, { type: 'begin' }>, socket: unknown): void {
    switch (message.type) {
      case 'app':
        this.#add(message.app);
        break;
      case 'complete':
        void this.#complete();
        break;
      case 'artifact':
        this.#artifacts.get(message.key)?.(message.bytes);
        this.#artifacts.delete(message.key);
        break;
      case 'listen':
        void this.#listen(socket as BoundSocket);
        break;
      case 'link':
        this.#connect(message.group, socket as Socket);
        break;
      case 'measure':
        this.#io.send({ type: 'figures', round: message.round, families: this.#figures() });
        break;
      case 'retire':
        void this.#retire(message.drainMsMax);
        break;
      case 'stop':
        void this.stop(message.drainMsMax);
        break;
    }
  }

  /** Ends in order: what is under way has `drainMsMax`. */
  async stop(drainMsMax: number): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#io.send({ type: 'stopping', inFlight: this.#server.inFlight });
    await this.#server.close(drainMsMax);
    await this.#apps.close();
    this.#io.send({ type: 'figures', round: null, families: this.#figures() });
    this.#io.exit();
  }

  async #retire(drainMsMax: number): Promise<void> {
    await Promise.all([this.#server.retire(drainMsMax), this.#exchanges.idle(drainMsMax)]);
    await this.stop(0);
  }

  async #listen(socket: BoundSocket): Promise<void> {
    await this.#server.listenOn(socket);
    this.#io.send({ type: 'listening' });
  }

  #add(app: ServedApp): void {
    const { name, limits, serverTiming } = app.settings;
    const { isolationGroup } = app.settings;
    const isOurs = isolationGroup === this.#group;
    const { dispatch: own, load } = isOurs
      ? this.#apps.add(app)
      : this.#remoteApp(isolationGroup as string, name);
    this.#own.set(name, own);
    // Those in front of an app of a group run there.
    const dispatch = isOurs ? withMiddleware(app.settings, this.#own) : own;
    const admitted = this.#admit(name, limits.requestsAtOnceMax, dispatch);
    this.#targets.set(name, {
      app: name,
      limits,
      serverTiming,
      // Those of a group are counted where their connections are.
      dispatch: this.#group === null ? this.#metrics.watch(name, admitted) : admitted,
    });
    this.#served.push(app);
    if (this.#served.length > LOADED_AHEAD_MAX) return;
    const loaded = load().then(
      () => null,
      (error: unknown) => {
        if (error instanceof NotLoaded) return { app: name, findings: error.findings };
        throw error;
      },
    );
    this.#ahead.push(loaded);
  }

  #remoteApp(group: string, app: string) {
    return { dispatch: this.#remoteOf(group).dispatch(app), load: async () => {} };
  }

  #remoteOf(group: string): RemoteApps {
    const remote = this.#remote.get(group) ?? new RemoteApps();
    this.#remote.set(group, remote);
    return remote;
  }

  #connect(group: string, socket: Socket): void {
    const open: OpenLink = (onFrame, onClose) => new FrameLink(socket, onFrame, onClose);
    if (group === this.#group) this.#exchanges.serve(open);
    else this.#remoteOf(group).connect(open);
  }

  async #complete(): Promise<void> {
    const routes = this.#served.flatMap(({ settings }) =>
      settings.routes.map((route) => ({ ...route, app: settings.name })),
    );
    this.#find = router(routes);
    const refused = (await Promise.all(this.#ahead)).filter((one) => one !== null);
    this.#io.send({ type: 'ready', refused });
  }

  async #fetchArtifact(key: string) {
    const bytes = await new Promise<Uint8Array | null>((resolve) => {
      this.#artifacts.set(key, resolve);
      this.#io.send({ type: 'need', key });
    });
    if (bytes === null)
      throw new Error(`The artifact ${key} is gone: restart the server, which builds it again`);
    return unpackArtifact(bytes);
  }

  #record(entry: AccessEntry): void {
    this.#metrics.record(entry);
    // One turn of a loop with thousands of requests in it takes seconds: who finishes them lives.
    if (this.#nowMs() - this.#beatenMs > BEAT_MS) this.#beat(QUIET_MS_MAX);
    this.#io.write(`${accessJson(entry, this.#io.clock.wallMs())}\n`);
  }

  #beat(quietMsMax: number): void {
    this.#beatenMs = this.#nowMs();
    this.#io.send({ type: 'beat', quietMsMax });
  }

  #figures() {
    return this.#metrics.families(process.memoryUsage.rss());
  }
}
