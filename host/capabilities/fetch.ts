// The fetch capability: step 9 of the request path. Checks a guest's request, asks the app's grants
// for it and for every redirect, counts sub-requests and keeps the time. Every app has connection
// pools of its own, so no connection ever serves two apps. What decides is in grants.ts, egress.ts,
// outgoing-request.ts and redirects.ts; what moves bytes is in outgoing-exchange.ts. Proxies named in the
// environment are not used.
// Spec: abi/wit/fetch.wit.

import { Agent } from 'undici';
import type { Fetcher } from '../../abi/capabilities.ts';
import { type AppLimits, LIMITS } from '../../abi/limits.ts';
import { EdgeError, type FetchRequest, type FetchResponse } from '../../abi/messages.ts';
import { startAlarm } from '../alarm.ts';
import type { AppCapability, AppConfig, Capability, RequestContext } from './capability.ts';
import { connectSocket } from './connect-socket.ts';
import { connector, type Network } from './connector.ts';
import { type Grant, grantFor, parseGrant } from './grants.ts';
import { OutgoingExchange } from './outgoing-exchange.ts';
import { firstHop, type Hop } from './outgoing-request.ts';
import { redirectHop } from './redirects.ts';
import { cancelContent } from './request-body.ts';
import { systemResolver } from './resolver.ts';

/** The fetch capability of this process; `network` is what tests put in place of the real one. */
export function initFetch(network?: Network): Capability<Fetcher> {
  const real = network ?? { resolve: systemResolver(), connect: connectSocket };
  return { configure: (config) => configureFetch(real, config) };
}

function configureFetch(network: Network, config: AppConfig): AppCapability<Fetcher> {
  const parsed = config.grants.map(parseGrant);
  const problems = parsed.flatMap((each) => ('problem' in each ? [each.problem] : []));
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const app = new AppFetch(
    network,
    parsed.flatMap((each) => ('grant' in each ? [each.grant] : [])),
    config.limits,
  );
  return {
    prepare: (context) => new FetchOfRequest(app, context),
    close: (graceMs) => app.close(graceMs),
  };
}

/** What an app keeps between its requests: its grants and its connections. */
class AppFetch {
  readonly grants: readonly Grant[];
  readonly limits: AppLimits;
  readonly pools: Agent;
  readonly underWay = new Set<OutgoingExchange>();
  readonly #ending = new AbortController();
  #closed: Promise<void> | null = null;

  constructor(network: Network, grants: readonly Grant[], limits: AppLimits) {
    this.grants = grants;
    this.limits = limits;
    this.pools = new Agent({
      connect: connector(network, grants, this.#ending.signal),
      maxHeaderSize: LIMITS.headerBytesMax,
      // One request at a time on a connection, and as many connections as there are requests: these are
      // limited by admission and per request, so that none waits here for a neighbour.
      pipelining: 1,
      connections: null,
    });
  }

  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    const alarm = startAlarm(graceMs, () => {
      const error = new EdgeError('connection-closed', 'The app is being stopped');
      for (const exchange of this.underWay) exchange.abort(error);
      this.#ending.abort(error);
    });
    await this.pools.close();
    alarm.stop();
  }
}

class FetchOfRequest implements Fetcher {
  readonly #app: AppFetch;
  readonly #hops: number;
  #started = 0;
  #underWay = 0;

  constructor(app: AppFetch, context: RequestContext) {
    this.#app = app;
    this.#hops = context.hops + 1;
  }

  get fetchesLeft(): number {
    return this.#app.limits.fetchesMax - this.#started;
  }

  async fetch(request: FetchRequest, signal: AbortSignal): Promise<FetchResponse> {
    const timeoutMs = Math.min(request.timeoutMs ?? Number.POSITIVE_INFINITY, this.#app.limits.responseMsMax);
    let exchange: OutgoingExchange | null = null;
    const alarm = startAlarm(timeoutMs, () => {
      exchange?.abort(new EdgeError('timed-out', `No response within ${timeoutMs} ms`));
    });
    try {
      let hop = firstHop(request);
      for (let followed = 0; ; followed++) {
        exchange = this.#begin(hop, signal);
        const head = await exchange.start(this.#app.pools, this.#hops);
        const next = redirectHop(hop, request.redirect, head.status, head.headers, followed);
        if (next === null) return { ...head, url: hop.url.href };
        head.body.cancel();
        hop = next;
      }
    } catch (cause) {
      const error = asEdgeError(cause);
      exchange?.abort(error);
      cancelContent(request.content);
      throw error;
    } finally {
      alarm.stop();
    }
  }

  /** Admits one sub-request; it is under way until its response is complete or nobody reads it any more. */
  #begin(hop: Hop, signal: AbortSignal): OutgoingExchange {
    const { grants, limits, underWay } = this.#app;
    if (signal.aborted) throw aborted();
    if (this.#hops > LIMITS.hopsMax) {
      throw new EdgeError('loop-detected', `The request has come back to this host ${LIMITS.hopsMax} times`);
    }
    if (grantFor(grants, hop.url) === null) {
      throw new EdgeError('not-granted', `The app has no grant for ${hop.url.origin}`);
    }
    if (this.#started === limits.fetchesMax) {
      throw new EdgeError('too-many', `All ${limits.fetchesMax} sub-requests of this request are used up`);
    }
    if (this.#underWay === limits.fetchesAtOnceMax) {
      throw new EdgeError('too-many', `${limits.fetchesAtOnceMax} sub-requests are under way already`);
    }
    this.#started++;
    this.#underWay++;
    const exchange = new OutgoingExchange(hop, limits.idleMsMax, () => {
      this.#underWay--;
      underWay.delete(exchange);
      signal.removeEventListener('abort', abort);
    });
    const abort = () => exchange.abort(aborted());
    signal.addEventListener('abort', abort);
    underWay.add(exchange);
    return exchange;
  }
}

function aborted(): EdgeError {
  return new EdgeError('connection-closed', 'The fetch was aborted');
}

function asEdgeError(cause: unknown): EdgeError {
  if (cause instanceof EdgeError) return cause;
  return new EdgeError('internal', 'The host failed to carry out the request', { cause });
}
