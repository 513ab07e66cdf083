// The fetch capability's first two lifetimes: what reaches the network, shared by the process, and an
// app's grants and connections. Every app has connection pools of its own, so no connection ever
// serves two apps. Proxies named in the environment are not used. Step 9 of the request path; the
// third lifetime is in request-fetcher.ts.
// Spec: abi/wit/fetch.wit.

import type { Agent } from 'undici';
import type { Fetcher } from '../../abi/capabilities.ts';
import type { AppLimits } from '../../abi/limits.ts';
import { EdgeError } from '../../abi/messages.ts';
import { startAlarm } from '../alarm.ts';
import { AppCache, type HttpCache } from '../http-cache/app-cache.ts';
import type { CallService } from '../service-calls.ts';
import type { AppCapability, AppConfig, Capability } from './capability.ts';
import { connectSocket } from './connect-socket.ts';
import { connectionPools } from './connection-pools.ts';
import type { Network } from './connector.ts';
import { CoolDowns } from './cool-downs.ts';
import { type Grant, parseGrant } from './grants.ts';
import { loneExchanges, type SendAlone } from './lone-exchange.ts';
import { type FetchApp, RequestFetcher, type UnderWay } from './request-fetcher.ts';
import { systemResolver } from './resolver.ts';

/** What the process has for all apps. Tests put a network of their own in place of the real one. */
export interface FetchParts {
  readonly network: Network;
  /** What apps with a cache keep answers in; none have one without it. */
  readonly cache: HttpCache | null;
  readonly callService: CallService;
  /** Milliseconds from any point, never going back. */
  readonly nowMs: () => number;
}

type FetchOptions = Partial<FetchParts> & Pick<FetchParts, 'nowMs'>;

/** The fetch capability of this process. */
export function initFetch(given: FetchOptions): Capability<Fetcher> {
  const network = { resolve: systemResolver(), connect: connectSocket };
  const parts: FetchParts = { network, cache: null, callService: () => null, ...given };
  return { configure: (config) => configureFetch(parts, config) };
}

function configureFetch(parts: FetchParts, config: AppConfig): AppCapability<Fetcher> {
  const parsed = config.grants.map(parseGrant);
  const problems = parsed.flatMap((each) => ('problem' in each ? [each.problem] : []));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const app = new ConfiguredFetch(
    parts,
    parsed.flatMap((each) => ('grant' in each ? [each.grant] : [])),
    config,
  );
  return {
    prepare: (context) => new RequestFetcher(app, context),
    close: (graceMs) => app.close(graceMs),
  };
}

class ConfiguredFetch implements FetchApp {
  readonly grants: readonly Grant[];
  readonly limits: AppLimits;
  readonly pools: Agent;
  readonly sendAlone: SendAlone;
  readonly cache: AppCache | null;
  readonly coolDowns: CoolDowns;
  readonly services: readonly string[];
  readonly callService: CallService;
  readonly #underWay = new Set<UnderWay>();
  #onEmpty: () => void = () => {};
  #closed: Promise<void> | null = null;

  constructor(
    { network, cache, callService, nowMs }: FetchParts,
    grants: readonly Grant[],
    config: AppConfig,
  ) {
    this.grants = grants;
    const { name, limits, services = [], httpCacheBytesMax } = config;
    this.limits = limits;
    this.services = services;
    this.callService = callService;
    this.coolDowns = new CoolDowns(nowMs);
    this.cache =
      cache === null || httpCacheBytesMax === undefined ? null : new AppCache(cache, name, httpCacheBytesMax);
    this.pools = connectionPools(network, grants);
    this.sendAlone = loneExchanges(network, grants);
  }

  began(exchange: UnderWay): void {
    this.#underWay.add(exchange);
  }

  ended(exchange: UnderWay): void {
    this.#underWay.delete(exchange);
    if (this.#underWay.size === 0) this.#onEmpty();
  }

  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    const pools = this.pools.close();
    // undici forgets pools that it is closing already, so what is under way is counted here.
    if (this.#underWay.size > 0) {
      const alarm = startAlarm(graceMs, () => {
        const error = new EdgeError('connection-closed', 'The app is being stopped');
        for (const exchange of this.#underWay) exchange.abort(error);
      });
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      alarm.stop();
    }
    await pools;
  }
}
