// Apps for tests: a component goes through the real deploy path (but for the reference
// validator, which has tests of its own) and is dispatched to without a socket.

import { readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import pino from 'pino';
import type { Clock } from '../../abi/capabilities.ts';
import type { EdgeContext } from '../../abi/edge/context.ts';
import { APP_LIMITS, type AppLimits } from '../../abi/limits.ts';
import type { Content, Header, IncomingRequest } from '../../abi/messages.ts';
import { LINKED, SERVED } from '../../abi/served.ts';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import type { AppConfig, GrantSpec } from '../../host/capabilities/capability.ts';
import { initConfig } from '../../host/capabilities/config.ts';
import { initCrypto } from '../../host/capabilities/crypto.ts';
import type { DirectoryGrant } from '../../host/capabilities/directories.ts';
import { systemEntropy } from '../../host/capabilities/entropy.ts';
import { type FetchParts, initFetch } from '../../host/capabilities/fetch.ts';
import { initLog } from '../../host/capabilities/log.ts';
import { systemClock } from '../../host/clock.ts';
import type { Dispatch, Exchange, Outcome } from '../../host/exchange.ts';
import { link } from '../../host/linker.ts';
import { makePool } from '../../host/make-pool.ts';
import type { Slot } from '../../host/slot.ts';
import { type PrepareRequest, Version, type VersionOptions } from '../../host/version.ts';
import type { Artifact } from '../../toolchain/artifact.ts';
import { componentize } from '../../toolchain/build/componentize.ts';
import { servedWorld } from '../../toolchain/component/served.ts';
import { buildArtifact } from '../../toolchain/pipeline.ts';

const GUESTS = new URL('../../guests/', import.meta.url);

export interface AppOptions {
  readonly limits?: Partial<AppLimits>;
  readonly grants?: readonly GrantSpec[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly directories?: readonly DirectoryGrant[];
  readonly fetchParts?: Partial<FetchParts>;
  readonly httpCacheBytesMax?: number;
  readonly profiles?: boolean;
  readonly init?: 'once' | 'per-request';
  readonly reuse?: number;
  readonly clock?: Clock;
  /** Sees each slot that a request is about to enter. */
  readonly onSlot?: (slot: Slot<EdgeContext>) => void;
}

export interface Answer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly text: string;
  readonly outcome: Outcome;
}

export interface TestApp {
  /** For a server in front of it. */
  readonly dispatch: Dispatch;
  start(request?: Partial<IncomingRequest>): Exchange;
  /** Starts a request, reads the response to its end and waits until everything is settled. */
  ask(request?: Partial<IncomingRequest>): Promise<Answer>;
  /** What the guest logged so far, as `level message`. */
  readonly logged: readonly string[];
  /** As of `DeployedVersion`. */
  readonly freshBecause: string | null;
  close(): Promise<void>;
}

/** A prebuilt guest, e.g. `rust/hello`. */
export async function prebuiltApp(name: string, options: AppOptions = {}): Promise<TestApp> {
  const component = await readPrebuilt(name);
  if (component === null) throw new Error(`No prebuilt guest is called ${name}`);
  return appOf(component, options);
}

/** A guest of guests/behaviours/wat: a core module as text. */
export async function watApp(name: string, options: AppOptions = {}): Promise<TestApp> {
  const wat = await readFile(new URL(`behaviours/wat/${name}.wat`, GUESTS), 'utf8');
  return appOf(await componentize(await parse(wat), { encoding: 'utf8' }), options);
}

/** A program of guests/behaviours/programs. */
export async function programApp(name: string, options: AppOptions = {}): Promise<TestApp> {
  const wat = await readFile(new URL(`behaviours/programs/${name}.wat`, GUESTS), 'utf8');
  return appOf(await parse(wat), options);
}

export async function appOf(bytes: Uint8Array, options: AppOptions = {}): Promise<TestApp> {
  const served = await servedWorld(
    new Map(SERVED.map((one) => [one.name, new Set(Object.keys(one.functions))])),
  );
  const built = await buildArtifact(bytes, {
    served,
    reference: { check: async () => [] },
    lines: options.profiles === true,
  });
  if ('findings' in built) throw new Error(JSON.stringify(built.findings, null, 2));
  return appOfArtifact(built.artifact, options);
}

export async function appOfArtifact(artifact: Artifact, options: AppOptions = {}): Promise<TestApp> {
  // Tests run on loaded machines and are not about CPU time unless they say so.
  const limits = { ...APP_LIMITS, cpuMsMax: 5_000, ...options.limits };
  const config: AppConfig = {
    name: 'test',
    limits,
    grants: options.grants ?? [],
    variables: new Map(Object.entries(options.variables ?? {})),
    secrets: new Map(Object.entries(options.secrets ?? {})),
    directories: options.directories ?? [],
    ...(options.httpCacheBytesMax === undefined ? {} : { httpCacheBytesMax: options.httpCacheBytesMax }),
  };
  const logged: string[] = [];
  const levels = pino.levels.labels;
  const logger = pino({ level: 'trace' }, { write: (line) => void logged.push(asText(line, levels)) });
  const raise = (error: unknown) => {
    throw error;
  };
  const fetcher = initFetch({ nowMs: () => performance.now(), ...options.fetchParts }).configure(config);
  const log = initLog({ logger, onFailure: raise }).configure(config);
  const crypto = initCrypto().configure(config);
  const settings = initConfig().configure(config);
  const component = await link(artifact, (name) => LINKED.find((one) => one.name === name));
  const clock = options.clock ?? systemClock();
  const entropy = systemEntropy();
  const prepare: PrepareRequest = ({ id }, hops) => ({
    fetcher: fetcher.prepare({ id, hops }),
    log: log.prepare({ id, hops }),
    crypto: crypto.prepare({ id, hops }),
    config: settings.prepare({ id, hops }),
  });
  const capabilities = { ...prepare(REQUEST, 0), log: { write: () => {} } };
  const made = makePool({ component, limits, clock, entropy, capabilities }, options);
  if ('findings' in made) throw new Error(JSON.stringify(made.findings, null, 2));
  const { freshBecause } = made;
  const pool = options.onSlot === undefined ? made.pool : watchedPool(made.pool, options.onSlot);
  const profiles = options.profiles ?? false;
  const version = new Version({ component, pool, limits, clock, entropy, profiles, prepare });
  const start = (request: Partial<IncomingRequest> = {}) => version.dispatch({ ...REQUEST, ...request }, 0);
  return {
    dispatch: (request, hops) => version.dispatch(request, hops),
    start,
    logged,
    freshBecause,
    async ask(request) {
      const exchange = start(request);
      const { status, headers, content } = await exchange.response;
      const text = new TextDecoder().decode(await readContent(content));
      return { status, headers, text, outcome: await exchange.done };
    },
    close: () => fetcher.close(0),
  };
}

type Pool = VersionOptions['pool'];

function watchedPool(pool: Pool, onSlot: (slot: Slot<EdgeContext>) => void): Pool {
  return {
    take() {
      const slot = pool.take();
      onSlot(slot);
      return slot;
    },
    mayGoOn: (slot) => pool.mayGoOn(slot),
    giveBack: (slot) => pool.giveBack(slot),
  };
}

const REQUEST: IncomingRequest = {
  method: 'GET',
  url: 'http://localhost/',
  headers: [],
  body: null,
  client: { address: '127.0.0.1', country: null, region: null },
  id: 'test',
};

export async function readContent(content: Content): Promise<Uint8Array> {
  if (content === null) return new Uint8Array(0);
  if (content instanceof Uint8Array) return content;
  const chunks: Uint8Array[] = [];
  for (let chunk = await content.next(); chunk !== null; chunk = await content.next()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function asText(line: string, levels: Readonly<Record<number, string>>): string {
  const { level, msg } = JSON.parse(line) as { level: number; msg: string };
  return `${levels[level]} ${msg}`;
}
