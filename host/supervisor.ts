// Keeps worker processes running: starts them, hears whether they live, replaces those that are stuck or
// dead, and swaps all of them for new ones without losing a request. Runs no guest and takes no
// connection, so that nothing that a guest or a client does can end it.
// Does not know files, components or HTTP.

import type { FromWorker, RefusedApp, ServedApp, WorkerSettings } from './control-messages.ts';
import { FigureCollector } from './figure-collector.ts';
import { cacheFile } from './http-cache/cache-file.ts';
import type { ListeningSockets } from './listening-sockets.ts';
import type { Family } from './metrics/exposition.ts';
import { groupPlace, type Hopes, hopesFor, isFor, type Place } from './place.ts';
import { againText, restartDelay } from './restart-delay.ts';
import { socketPair } from './socket-pair.ts';
import { WorkerProcess } from './worker-process.ts';

export interface SupervisorOptions {
  /** How many processes take connections. */
  readonly processes: number;
  readonly sockets: ListeningSockets;
  readonly readArtifact: (key: string) => Promise<Uint8Array | null>;
  readonly nowMs: () => number;
  /** What worker processes get of the environment comes out of this. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onLines: (lines: Uint8Array) => void;
  readonly onErrors: (text: string) => void;
  readonly report: (level: 'info' | 'error', message: string) => void;
}

/** What all processes serve, until there is another. */
export interface Generation {
  readonly settings: WorkerSettings;
  /** Isolation groups of the apps. */
  readonly groups: readonly string[];
  readonly apps: ServedApp[];
}

const CHECK_MS = 250;
/** After this a process that was told to go has had time enough. */
const AFTER_DRAIN_MS_MAX = 5_000;
/** While a process is away for so long its connections are refused, so that others get them. */
const HELD_MS_MAX = 1_000;

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #fronts: readonly Place[];
  /** One for each isolation group of the generation. */
  #groups: readonly Place[] = [];
  readonly #workers = new Map<WorkerProcess, Hopes>();
  readonly #figures = new FigureCollector();
  readonly #timers = new Set<NodeJS.Timeout>();
  #generation: Generation | null = null;
  #isServing = false;
  #isStopping = false;
  #started = 0;
  #checkedMs: number;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#fronts = Array.from({ length: options.processes }, (_, i) => ({
      name: String(i + 1),
      group: null,
      // Nobody else is to get the port while the apps are being built.
      socket: options.sockets.take(),
      failures: 0,
      worker: null,
    }));
    this.#checkedMs = options.nowMs();
    const checking = setInterval(() => this.#check(), CHECK_MS);
    this.#timers.add(checking);
  }

  /** Starts all processes. Apps may come while they do. */
  begin(settings: WorkerSettings, groups: readonly string[]): void {
    this.#generation = { settings, groups, apps: [] };
    this.#groups = groups.map(groupPlace);
    for (const place of [...this.#fronts, ...this.#groups]) {
      place.worker = this.#launch(place, this.#generation);
    }
  }

  add(app: ServedApp): void {
    this.#generation?.apps.push(app);
    for (const [worker, { place }] of this.#workers) {
      if (isFor(app, place)) worker.send({ type: 'app', app });
    }
  }

  /**
   * All apps have come. Resolves when every process has loaded them, with those that it could not load.
   * @throws Error when a process ends before
   */
  async complete(): Promise<readonly RefusedApp[]> {
    const all = await Promise.all([...this.#workers.keys()].map((worker) => this.#complete(worker)));
    // All that take connections say the same.
    return [...new Map(all.flat().map((one) => [one.app, one])).values()];
  }

  /** Begins to take connections. */
  async listen(): Promise<void> {
    await Promise.all(this.#fronts.map((place) => this.#listen(place, place.worker as WorkerProcess)));
    this.#isServing = true;
  }

  /**
   * Replaces each process by one of the new generation; requests under way end on the old.
   * Resolves with what the first new process could not load; then the old ones go on.
   */
  async reload(generation: Generation, drainMsMax: number): Promise<readonly RefusedApp[]> {
    const before = { generation: this.#generation, groups: this.#groups };
    this.#generation = generation;
    this.#groups = generation.groups.map(groupPlace);
    for (const place of [...this.#groups, ...this.#fronts]) {
      const next = this.#launch(place, generation);
      const refused = await this.#complete(next);
      if (refused.length > 0) {
        next.isLeaving = true;
        next.kill();
        for (const { worker } of this.#groups) this.#retire(worker, 0);
        this.#generation = before.generation;
        this.#groups = before.groups;
        return refused;
      }
      if (place.group === null) await this.#listen(place, next);
      const old = place.worker;
      place.worker = next;
      this.#retire(old, drainMsMax);
    }
    // Their links end with the processes that took connections before.
    for (const { worker } of before.groups) this.#retire(worker, drainMsMax);
    return [];
  }

  /** Requests under way, now that all processes are told to end; `ended` when all have. */
  async stop(drainMsMax: number): Promise<{ readonly inFlight: number; readonly ended: Promise<void> }> {
    this.#isStopping = true;
    const workers = [...this.#workers];
    const counts = workers.map(([worker, { place, stopping }]) => {
      // What others have it do ends with them.
      const type = place.group === null ? 'stop' : 'retire';
      this.#send(worker, { type, drainMsMax }, drainMsMax);
      if (place.group !== null) return 0;
      return stopping.promise;
    });
    const ended = Promise.all(workers.map(([worker]) => worker.ended)).then(() => this.close());
    return { inFlight: (await Promise.all(counts)).reduce((sum, count) => sum + count, 0), ended };
  }

  /** Ends everything at once. */
  close(): void {
    this.#isStopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const worker of this.#workers.keys()) worker.kill();
    for (const { socket } of this.#fronts) if (socket !== null) this.#options.sockets.release(socket);
  }

  /** The figures of all processes together; a process that does not answer counts with its last ones. */
  measure(): Promise<readonly Family[]> {
    return this.#figures.collect([...this.#workers.keys()]);
  }

  #launch(place: Place, { settings, apps }: Generation): WorkerProcess {
    this.#started += 1;
    const { env, nowMs, onLines, onErrors } = this.#options;
    const worker = new WorkerProcess(
      {
        name: `${place.name}.${this.#started}`,
        writes: settings.httpCacheFolder === null ? null : cacheFile(settings.httpCacheFolder, place.group),
        nowMs,
        onMessage: (message, from) => this.#onMessage(message, from),
        onLines,
        onErrors,
        onEnd: (how, of) => this.#onEnd(place, of, how),
      },
      env,
    );
    const hopes = hopesFor(place);
    this.#workers.set(worker, hopes);
    worker.send({ type: 'begin', settings, group: place.group });
    for (const app of apps) if (isFor(app, place)) worker.send({ type: 'app', app });
    return worker;
  }

  #complete(worker: WorkerProcess): Promise<readonly RefusedApp[]> {
    worker.send({ type: 'complete' });
    return this.#hopes(worker).ready.promise;
  }

  async #listen(place: Place, worker: WorkerProcess): Promise<void> {
    for (const group of this.#groups) await this.#link(worker, group);
    place.socket ??= this.#options.sockets.take();
    worker.send({ type: 'listen' }, place.socket);
    await this.#hopes(worker).listening.promise;
  }

  /** Lets one that takes connections reach the apps of a group. */
  async #link(front: WorkerProcess, { group, worker }: Place): Promise<void> {
    if (group === null || worker === null) return;
    const [one, other] = await socketPair();
    front.send({ type: 'link', group }, one);
    worker.send({ type: 'link', group }, other);
  }

  #hopes(worker: WorkerProcess): Hopes {
    const hopes = this.#workers.get(worker);
    if (hopes === undefined) throw new Error(`The worker process ${worker.name} has ended`);
    return hopes;
  }

  #retire(worker: WorkerProcess | null, drainMsMax: number): void {
    if (worker !== null) this.#send(worker, { type: 'retire', drainMsMax }, drainMsMax);
  }

  /** Tells it to go, and ends it when it does not. */
  #send(
    worker: WorkerProcess,
    message: { type: 'retire' | 'stop'; drainMsMax: number },
    msMax: number,
  ): void {
    worker.isLeaving = true;
    worker.send(message);
    this.#later(msMax + AFTER_DRAIN_MS_MAX, () => worker.kill());
  }

  #onMessage(message: FromWorker, from: WorkerProcess): void {
    const hopes = this.#workers.get(from);
    switch (message.type) {
      case 'need':
        void this.#giveArtifact(from, message.key);
        break;
      case 'ready':
        hopes?.ready.resolve(message.refused);
        break;
      case 'listening':
        hopes?.listening.resolve();
        break;
      case 'stopping':
        hopes?.stopping.resolve(message.inFlight);
        break;
      case 'figures':
        this.#figures.take(from, message);
    }
  }

  async #giveArtifact(to: WorkerProcess, key: string): Promise<void> {
    const bytes = await this.#options.readArtifact(key).catch((error: Error) => {
      this.#options.report('error', `The artifact ${key} cannot be read: ${error.message}`);
      return null;
    });
    to.send({ type: 'artifact', key, bytes });
  }

  #onEnd(place: Place, worker: WorkerProcess, how: string): void {
    const error = new Error(`The worker process ${worker.name} ended: ${how}`);
    const { ready, listening, stopping } = this.#hopes(worker);
    ready.reject(error);
    listening.reject(error);
    stopping.resolve(0);
    this.#workers.delete(worker);
    this.#figures.retire(worker);
    if (worker.isLeaving || this.#isStopping || !this.#isServing || place.worker !== worker) return;
    const { delayMs, failures } = restartDelay(this.#options.nowMs() - worker.startedMs, place.failures);
    place.failures = failures;
    place.worker = null;
    this.#options.report('error', `${error.message}; ${againText(delayMs, failures)}`);
    if (delayMs > HELD_MS_MAX && place.socket !== null && this.#others(place)) {
      this.#options.sockets.release(place.socket);
      place.socket = null;
    }
    this.#later(delayMs, () => void this.#replace(place));
  }

  #others(place: Place): boolean {
    return this.#fronts.some((one) => one !== place && one.worker !== null);
  }

  async #replace(place: Place): Promise<void> {
    if (this.#isStopping || place.worker !== null || this.#generation === null) return;
    const worker = this.#launch(place, this.#generation);
    place.worker = worker;
    try {
      const refused = await this.#complete(worker);
      for (const { app, findings } of refused) {
        const why = findings.map(({ message }) => message).join('; ');
        this.#options.report('error', `The worker process ${worker.name} could not load ${app}: ${why}`);
      }
      if (place.group === null) await this.#listen(place, worker);
      for (const front of place.group === null ? [] : this.#fronts) {
        if (front.worker !== null) await this.#link(front.worker, place);
      }
      this.#options.report('info', `The worker process ${worker.name} serves`);
    } catch {
      // It ended, and `#onEnd` has seen to what follows.
    }
  }

  #check(): void {
    const nowMs = this.#options.nowMs();
    const lateMs = nowMs - this.#checkedMs - CHECK_MS;
    this.#checkedMs = nowMs;
    // It was us who stood still: what they have said meanwhile is not read yet.
    if (lateMs > CHECK_MS) return;
    for (const worker of this.#workers.keys()) {
      if (!worker.isStuck) continue;
      this.#options.report('error', `The worker process ${worker.name} gives no sign of life: it is ended`);
      worker.kill();
    }
  }

  #later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }
}
