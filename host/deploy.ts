// A component's bytes become a version that answers requests: build, link, try. The
// deploy path, step by step, and the only place where the host knows the toolchain.
// Does not know files or routes.

import { extname } from 'node:path';
import type { Clock, Entropy } from '../abi/capabilities.ts';
import type { EdgeContext } from '../abi/edge/context.ts';
import type { HostInterface } from '../abi/host-interface.ts';
import { SERVED } from '../abi/served.ts';
import { ReferenceValidator } from '../toolchain/component/reference.ts';
import { type Served, servedWorld, withInterfaces } from '../toolchain/component/served.ts';
import { ExpendableChild } from '../toolchain/expendable-child.ts';
import type { Finding } from '../toolchain/finding.ts';
import { buildArtifact } from '../toolchain/pipeline.ts';
import type { AppConfig } from './capabilities/capability.ts';
import { initConfig } from './capabilities/config.ts';
import { initCrypto } from './capabilities/crypto.ts';
import { initFetch } from './capabilities/fetch.ts';
import { initLog, type LineLogger } from './capabilities/log.ts';
import { DRY_LIMITS, DRY_REQUEST, finishDryRun } from './dry-run.ts';
import type { Target } from './http/serve.ts';
import { type LinkedComponent, link } from './linker.ts';
import { startCheck } from './start-check.ts';
import { trialCompile } from './trial-compile.ts';
import { type PrepareRequest, Version, type VersionOptions } from './version.ts';

/** What the registry holds: a version with its grants, ready to answer. */
export interface DeployedVersion extends Omit<Target, 'serverTiming'> {
  readonly digest: string;
  /** Ends the connections that its fetches kept, after `graceMs` at most. */
  close(graceMs: number): Promise<void>;
}

export interface DeployerOptions {
  /** Where the guests' log lines go. */
  readonly logger: LineLogger;
  /** The log itself failed. */
  readonly onLogFailure: (error: unknown) => void;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Whether guests are developed here: crashes tell where CPU time went, which costs some. */
  readonly dev?: boolean;
  /** For tests: runs something else than `deploy-child.ts`. */
  readonly child?: ExpendableChild;
}

/** Beside this file, and like it: TypeScript in the repository, JavaScript in the published package. */
const CHILD = new URL(`./deploy-child${extname(import.meta.url)}`, import.meta.url);
/** For validating or compiling one component; real ones take some 100 ms. */
const CHILD_MS_MAX = 10_000;

/** An interface that is served to one app, beside those that all have. */
export interface Offer {
  readonly served: Served;
  readonly host: HostInterface<EdgeContext>;
}

export type Deployed = { readonly version: DeployedVersion } | { readonly findings: readonly Finding[] };

export class Deployer {
  readonly #options: DeployerOptions;
  readonly #child: ExpendableChild;
  readonly #reference: ReferenceValidator;
  readonly #served: Promise<Served>;
  readonly #capabilities;

  constructor(options: DeployerOptions) {
    this.#options = options;
    this.#child = options.child ?? new ExpendableChild({ entry: CHILD, deadlineMs: CHILD_MS_MAX });
    this.#reference = new ReferenceValidator({ child: this.#child });
    this.#served = servedWorld(
      new Map(SERVED.map(({ name, functions }) => [name, new Set(Object.keys(functions))])),
    );
    this.#capabilities = {
      fetcher: initFetch(),
      crypto: initCrypto(),
      log: initLog({ logger: options.logger, onFailure: options.onLogFailure }),
      config: initConfig(),
    };
  }

  /**
   * Makes a version of `bytes` that answers for `config`'s app, or says all that is wrong with them.
   * Which version an app answers with is the caller's to change.
   */
  async deploy(bytes: Uint8Array, config: AppConfig, offers: readonly Offer[] = []): Promise<Deployed> {
    const served = withInterfaces(
      await this.#served,
      offers.map((offer) => offer.served),
    );
    const { dev = false } = this.#options;
    const built = await buildArtifact(bytes, { served, reference: this.#reference, lines: dev });
    if ('findings' in built) return built;
    const unfit = await trialCompile(this.#child, built.artifact.modules);
    if (unfit.length > 0) return { findings: unfit };
    const interfaces = [...SERVED, ...offers.map((offer) => offer.host)];
    const component = link(built.artifact, (name) => interfaces.find((one) => one.name === name));
    const withheld = this.#withheld(config);
    const findings = startCheck({ component, ...withheld, capabilities: withheld.prepare(DRY_REQUEST, 0) });
    if (findings.length > 0) return { findings };
    // Interfaces that the embedder offers cannot be withheld: what they do is done.
    if (offers.length === 0) await this.#dryRun(component, withheld);

    return { version: this.#version(built.artifact.digest, component, config) };
  }

  /** Nothing more will be deployed. */
  close(): void {
    this.#child.close();
  }

  #version(digest: string, component: LinkedComponent<EdgeContext>, config: AppConfig): DeployedVersion {
    const { prepare, close } = this.#configure(config);
    const { clock, entropy, dev: profiles = false } = this.#options;
    const { limits } = config;
    const version = new Version({ component, limits, prepare, clock, entropy, profiles });
    return {
      digest,
      app: config.name,
      limits: config.limits,
      dispatch: (request, hops) => version.dispatch(request, hops),
      close,
    };
  }

  async #dryRun(
    component: LinkedComponent<EdgeContext>,
    withheld: Omit<VersionOptions, 'component'>,
  ): Promise<void> {
    const limits = { ...withheld.limits, ...DRY_LIMITS };
    await finishDryRun(new Version({ ...withheld, component, limits }).dispatch(DRY_REQUEST, 0));
  }

  /** With nothing granted, nothing configured and nowhere to log to. */
  #withheld({ name, limits }: AppConfig): Omit<VersionOptions, 'component'> {
    const nothing = { name, limits, grants: [], variables: new Map(), secrets: new Map() };
    const { prepare } = this.#configure(nothing);
    const { clock, entropy } = this.#options;
    const log = { write: () => {} };
    return {
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
      prepare: ({ id }, hops) => ({
        fetcher: fetcher.prepare({ id, hops }),
        crypto: crypto.prepare({ id, hops }),
        log: log.prepare({ id, hops }),
        config: settings.prepare({ id, hops }),
      }),
      async close(graceMs) {
        await Promise.all([fetcher, crypto, log, settings].map((one) => one.close(graceMs)));
      },
    };
  }
}
