// From an artifact to a version that answers requests, in the process that serves: link, start once,
// try. The second half of the deploy path. Does not know files, routes or where artifacts come from.

import type { Clock, Entropy } from '../abi/capabilities.ts';
import type { EdgeContext } from '../abi/edge/context.ts';
import type { HostInterface } from '../abi/host-interface.ts';
import { LINKED } from '../abi/served.ts';
import type { Artifact } from '../toolchain/artifact.ts';
import type { Finding } from '../toolchain/finding.ts';
import type { AppConfig } from './capabilities/capability.ts';
import { initConfig } from './capabilities/config.ts';
import { initCrypto } from './capabilities/crypto.ts';
import { initFetch } from './capabilities/fetch.ts';
import { initLog, type LineLogger } from './capabilities/log.ts';
import { DRY_LIMITS, DRY_REQUEST, finishDryRun } from './dry-run.ts';
import type { Target } from './http/serve.ts';
import type { HttpCache } from './http-cache/app-cache.ts';
import { type LinkedComponent, link } from './linker.ts';
import { makePool, type Pooled } from './make-pool.ts';
import type { CallService } from './service-calls.ts';
import { type PrepareRequest, Version, type VersionOptions } from './version.ts';

/** A version with its grants, ready to answer. */
export interface DeployedVersion extends Omit<Target, 'serverTiming'> {
  readonly digest: string;
  /** Why each request gets a fresh instance; null when instances are kept and restored. */
  readonly freshBecause: string | null;
  /** Ends the connections that its fetches kept, after `graceMs` at most. */
  close(graceMs: number): Promise<void>;
}

export interface LoaderOptions {
  /** Where the guests' log lines go. */
  readonly logger: LineLogger;
  /** The log itself failed. */
  readonly onLogFailure: (error: unknown) => void;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** For the apps' fetches; see `FetchParts`. */
  readonly cache?: HttpCache | null;
  readonly callService?: CallService;
  /** Whether guests are developed here: crashes tell where CPU time went, which costs some. */
  readonly dev?: boolean;
}

/** Both put the instance that was started back to the image, as real requests do: RATIONALE.md has what the
 *  first real one costs then. */
const DRY_RUNS = 2;

export type Loaded = { readonly version: DeployedVersion } | { readonly findings: readonly Finding[] };

export class VersionLoader {
  readonly #options: LoaderOptions;
  readonly #capabilities;

  constructor(options: LoaderOptions) {
    this.#options = options;
    this.#capabilities = {
      fetcher: initFetch({
        cache: options.cache ?? null,
        callService: options.callService ?? (() => null),
        nowMs: () => options.clock.monotonicMs(),
      }),
      crypto: initCrypto(),
      log: initLog({ logger: options.logger, onFailure: options.onLogFailure }),
      config: initConfig(),
    };
  }

  /**
   * Makes a version of `artifact` that answers for `config`'s app, or says what stands against it.
   * @param offers interfaces of the embedder's, beside those that all apps have
   */
  async load(
    artifact: Artifact,
    config: AppConfig,
    offers: readonly HostInterface<EdgeContext>[] = [],
  ): Promise<Loaded> {
    const interfaces = [...LINKED, ...offers];
    const component = await link(artifact, (name) => interfaces.find((one) => one.name === name));
    const withheld = this.#withheld(component, config);
    const { variables, secrets } = config;
    const nothing = withheld.prepare(DRY_REQUEST, 0);
    const capabilities = { ...nothing, config: { ...nothing.config, variables, secrets } };
    const made = makePool({ ...withheld, capabilities }, config);
    if ('findings' in made) return made;
    // Interfaces that the embedder offers cannot be withheld: what they do is done.
    if (offers.length === 0) await this.#dryRun({ ...withheld, pool: leavingNothing(made.pool) });
    return { version: this.#version(artifact.digest, component, made, config) };
  }

  #version(
    digest: string,
    component: LinkedComponent<EdgeContext>,
    { pool, freshBecause }: Pooled,
    config: AppConfig,
  ): DeployedVersion {
    const { prepare, close } = this.#configure(config);
    const { clock, entropy, dev: profiles = false } = this.#options;
    const { limits } = config;
    const version = new Version({ component, pool, limits, prepare, clock, entropy, profiles });
    return {
      digest,
      freshBecause,
      app: config.name,
      limits: config.limits,
      dispatch: (request, hops) => version.dispatch(request, hops),
      async close(graceMs) {
        pool.clear();
        await close(graceMs);
      },
    };
  }

  async #dryRun(withheld: VersionOptions): Promise<void> {
    const limits = { ...withheld.limits, ...DRY_LIMITS };
    const version = new Version({ ...withheld, limits });
    for (let i = 0; i < DRY_RUNS; i += 1) await finishDryRun(version.dispatch(DRY_REQUEST, 0));
  }

  /** With nothing granted, nothing configured and nowhere to log to. */
  #withheld(
    component: LinkedComponent<EdgeContext>,
    { name, limits }: AppConfig,
  ): Omit<VersionOptions, 'pool'> {
    const nothing = { name, limits, grants: [], variables: new Map(), secrets: new Map() };
    const { prepare } = this.#configure(nothing);
    const { clock, entropy } = this.#options;
    const log = { write: () => {} };
    return {
      component,
      limits,
      clock,
      entropy,
      prepare: (request, hops) => ({ ...prepare(request, hops), log }),
      profiles: false,
    };
  }

  #configure(config: AppConfig): { prepare: PrepareRequest; close: (graceMs: number) => Promise<void> } {
    const fetcher = this.#capabilities.fetcher.configure(config);
    const crypto = this.#capabilities.crypto.configure(config);
    const log = this.#capabilities.log.configure(config);
    const settings = this.#capabilities.config.configure(config);
    return {
      prepare: ({ id, client }, hops) => {
        const context = { id, client, hops };
        return {
          fetcher: fetcher.prepare(context),
          crypto: crypto.prepare(context),
          log: log.prepare(context),
          config: settings.prepare(context),
        };
      },
      async close(graceMs) {
        await Promise.all([fetcher, crypto, log, settings].map((one) => one.close(graceMs)));
      },
    };
  }
}

/** What a dry request has left is not for a real one. */
function leavingNothing(pool: Pooled['pool']): VersionOptions['pool'] {
  return {
    take: () => pool.take(),
    mayGoOn: () => false,
    giveBack: (slot) => pool.giveBack(slot),
  };
}
