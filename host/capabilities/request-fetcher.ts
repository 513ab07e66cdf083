// Outgoing requests of one guest request: the fetch capability's third lifetime, step 9 of the request
// path. Checks the guest's request, asks the app's grants for it and for every redirect, counts
// sub-requests and keeps the time. What decides is in grants.ts, outgoing-request.ts and
// redirects.ts; what moves bytes is in outgoing-exchange.ts.
// Spec: abi/wit/fetch.wit.

import type { Dispatcher } from 'undici';
import type { Fetcher } from '../../abi/capabilities.ts';
import { type AppLimits, LIMITS } from '../../abi/limits.ts';
import { EdgeError, type FetchRequest, type FetchResponse } from '../../abi/messages.ts';
import { startAlarm } from '../alarm.ts';
import type { RequestContext } from './capability.ts';
import { type Grant, grantFor } from './grants.ts';
import { OutgoingExchange } from './outgoing-exchange.ts';
import { firstHop, type Hop } from './outgoing-request.ts';
import { redirectHop } from './redirects.ts';
import { cancelContent } from './request-body.ts';
import type { SendTrailing } from './trailing-exchange.ts';

/** What the app gives to its requests. */
export interface FetchApp {
  readonly grants: readonly Grant[];
  readonly limits: AppLimits;
  readonly pools: Dispatcher;
  readonly sendTrailing: SendTrailing;
  began(exchange: OutgoingExchange): void;
  ended(exchange: OutgoingExchange): void;
}

export class RequestFetcher implements Fetcher {
  readonly #app: FetchApp;
  readonly #hops: number;
  #started = 0;
  #underWay = 0;

  constructor(app: FetchApp, context: RequestContext) {
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
        const head = await exchange.start(this.#app.pools, this.#app.sendTrailing, this.#hops);
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
    const { grants, limits } = this.#app;
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
      this.#app.ended(exchange);
      signal.removeEventListener('abort', abort);
    });
    const abort = () => exchange.abort(aborted());
    signal.addEventListener('abort', abort);
    this.#app.began(exchange);
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
