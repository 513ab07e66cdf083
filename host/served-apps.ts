// The apps of one worker process: their versions, loaded when they are first asked for and let go when too
// many others are in use since. Steps 2 and 3 of the request path. A loaded version holds memory
// mappings, of which a process has a limited number; one that is let go costs its next request a load.
// Does not know where artifacts come from, or HTTP.

import { WheelerError } from '../abi/errors.ts';
import type { IncomingRequest } from '../abi/messages.ts';
import type { Artifact } from '../toolchain/artifact.ts';
import type { Finding } from '../toolchain/finding.ts';
import type { ServedApp } from './control-messages.ts';
import { DeferredExchange } from './deferred-exchange.ts';
import type { Dispatch, Exchange } from './exchange.ts';
import type { DeployedVersion, VersionLoader } from './version-loader.ts';

export interface ServedAppsOptions {
  readonly loader: Pick<VersionLoader, 'load'>;
  readonly fetchArtifact: (key: string) => Promise<Artifact>;
  /** Versions that are loaded at once. */
  readonly loadedMax: number;
  /** While it loads, the thread may be busy for so long that it gives no sign of life. */
  readonly onLoading: (isLoading: boolean) => void;
}

interface Entry {
  readonly app: ServedApp;
  version: DeployedVersion | null;
  loading: Promise<DeployedVersion> | null;
  underWay: number;
  /** One that was under way has ended. */
  readonly ended: () => void;
}

/** It does not start here, though it did when it was deployed. */
export class NotLoaded extends Error {
  readonly findings: readonly Finding[];

  constructor(app: string, findings: readonly Finding[]) {
    super(`${app} was not loaded: ${findings.map(({ message }) => message).join('; ')}`);
    this.findings = findings;
  }
}

export class ServedApps {
  readonly #options: ServedAppsOptions;
  /** Least recently used first. */
  readonly #loaded = new Set<Entry>();
  #lastUsed: Entry | null = null;
  /** One at a time: loading computes. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: ServedAppsOptions) {
    this.#options = options;
  }

  /** @returns the app's dispatch, and a way to load it before anybody asks */
  add(app: ServedApp): { readonly dispatch: Dispatch; readonly load: () => Promise<void> } {
    const ended = () => {
      entry.underWay -= 1;
    };
    const entry: Entry = { app, version: null, loading: null, underWay: 0, ended };
    return {
      dispatch: (request, hops) => {
        const { version } = entry;
        if (version !== null) return this.#run(entry, version, request, hops);
        const exchange = new DeferredExchange();
        this.#load(entry).then(
          (loaded) => {
            if (!exchange.isEnded) exchange.begin(this.#run(entry, loaded, request, hops));
          },
          (error: Error) => exchange.fail(new WheelerError('INTERNAL', error.message, { cause: error })),
        );
        return exchange;
      },
      load: async () => {
        await this.#load(entry);
      },
    };
  }

  /** Ends the connections that guests' fetches kept. */
  async close(): Promise<void> {
    await Promise.all([...this.#loaded].map(({ version }) => version?.close(0)));
  }

  #run(entry: Entry, version: DeployedVersion, request: IncomingRequest, hops: number): Exchange {
    entry.underWay += 1;
    if (this.#lastUsed !== entry) this.#useLast(entry);
    const exchange = version.dispatch(request, hops);
    exchange.done.then(entry.ended);
    return exchange;
  }

  #useLast(entry: Entry): void {
    this.#lastUsed = entry;
    this.#loaded.delete(entry);
    this.#loaded.add(entry);
  }

  #load(entry: Entry): Promise<DeployedVersion> {
    if (entry.version !== null) return Promise.resolve(entry.version);
    entry.loading ??= this.#inTurn(() => this.#loadNow(entry)).finally(() => {
      entry.loading = null;
    });
    return entry.loading;
  }

  async #loadNow(entry: Entry): Promise<DeployedVersion> {
    const { loader, fetchArtifact, onLoading } = this.#options;
    const { settings, key } = entry.app;
    const artifact = await fetchArtifact(key);
    onLoading(true);
    const loaded = await loader.load(artifact, settings).finally(() => onLoading(false));
    if ('findings' in loaded) throw new NotLoaded(settings.name, loaded.findings);
    entry.version = loaded.version;
    this.#useLast(entry);
    this.#letGo();
    return loaded.version;
  }

  /** What is in use stays. */
  #letGo(): void {
    for (const entry of this.#loaded) {
      if (this.#loaded.size <= this.#options.loadedMax) return;
      if (entry.underWay > 0) continue;
      void entry.version?.close(0);
      entry.version = null;
      this.#loaded.delete(entry);
    }
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {}); // whoever asked for it has the error
    return result;
  }
}
