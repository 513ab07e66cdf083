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
import type { AppCache } from '../http-cache/app-cache.ts';
import type { CallService } from '../service-calls.ts';
import type { RequestContext } from './capability.ts';
import type { CoolDowns } from './cool-downs.ts';
import { type Grant, grantFor } from './grants.ts';
import type { SendAlone } from './lone-exchange.ts';
import { type Head, OutgoingExchange } from './outgoing-exchange.ts';
import { firstHop, type Hop } from './outgoing-request.ts';
import { redirectHop } from './redirects.ts';
import { cancelContent } from './request-body.ts';
import { ServiceExchange, serviceFor } from './service-exchange.ts';

/** What the app gives to its requests. */
export interface FetchApp {
  readonly grants: readonly Grant[];
  readonly limits: AppLimits;
  readonly pools: Dispatcher;
  readonly sendAlone: SendAlone;
  /** Null when the app has none. */
  readonly cache: AppCache | null;
  readonly coolDowns: CoolDowns;
  readonly services: readonly string[];
  readonly callService: CallService;
  began(exchange: UnderWay): void;
  ended(exchange: UnderWay): void;
}

/** A sub-request that is neither complete nor given up. */
export interface UnderWay {
  abort(error: EdgeError): void;
}

export class RequestFetcher implements Fetcher {
  readonly #app: FetchApp;
  readonly #context: RequestContext;
  readonly #hops: number;
  #started = 0;
  #underWay = 0;

  constructor(app: FetchApp, context: RequestContext) {
    this.#app = app;
    this.#context = context;
    this.#hops = context.hops + 1;
  }

  get fetchesLeft(): number {
    return this.#app.limits.fetchesMax - this.#started;
  }

  async fetch(request: FetchRequest, signal: AbortSignal): Promise<FetchResponse> {
    const timeoutMs = Math.min(request.timeoutMs ?? Number.POSITIVE_INFINITY, this.#app.limits.responseMsMax);
    let exchange: UnderWay | undefined;
    const alarm = startAlarm(timeoutMs, () => exchange?.abort(late(timeoutMs)));
    try {
      let hop = firstHop(request);
      for (let followed = 0; ; followed++) {
        const head = await this.#answer(hop, signal, (begun) => {
          exchange = begun;
        });
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

  /** Whoever answers: another app, what is kept, or the network. `begun` is told what can be aborted. */
  #answer(hop: Hop, signal: AbortSignal, begun: (exchange: UnderWay) => void): Promise<Head> {
    const { services, cache } = this.#app;
    const service = serviceFor(services, hop.url);
    this.#admit(hop, signal, service !== null);
    if (service !== null) return this.#call(service, hop, signal, begun);
    const ask = (asked: Hop) =>
      this.#unlessCoolingDown(asked, signal, () => {
        const exchange = this.#exchange(asked, signal);
        begun(exchange);
        return this.#start(exchange);
      });
    if (cache === null) return ask(hop);
    return cache.send(hop, { ask, askMeanwhile: (asked) => this.#askMeanwhile(asked) });
  }

  /** For an answer that nobody waits for: it outlives the request. */
  #askMeanwhile(hop: Hop): Promise<Head> | null {
    const { fetchesAtOnceMax, responseMsMax } = this.#app.limits;
    if (this.fetchesLeft === 0 || this.#underWay === fetchesAtOnceMax) return null;
    this.#started++;
    return this.#unlessCoolingDown(hop, NEVER, () => {
      const exchange = this.#exchange(hop, NEVER);
      const alarm = startAlarm(responseMsMax, () => exchange.abort(late(responseMsMax)));
      return this.#start(exchange).finally(() => alarm.stop());
    });
  }

  #unlessCoolingDown(hop: Hop, signal: AbortSignal, ask: () => Promise<Head>): Promise<Head> {
    const { grants, coolDowns } = this.#app;
    const coolDownMs = grantFor(grants, hop.url)?.coolDownMs ?? null;
    if (coolDownMs === null) return ask();
    return coolDowns.ask(hop.url.origin, coolDownMs, ask, () => signal.aborted);
  }

  #call(app: string, hop: Hop, signal: AbortSignal, begun: (exchange: UnderWay) => void): Promise<Head> {
    const { id, client = NOBODY } = this.#context;
    const options = { hop, id: `${id}.${this.#started}`, client };
    const exchange = this.#track(signal, (onEnd) => new ServiceExchange({ ...options, onEnd }));
    begun(exchange);
    const head = exchange.start(this.#app.callService, app, this.#hops);
    if (head === null) throw new EdgeError('connection-failed', `The app ${app} is not served here`);
    return head;
  }

  #start(exchange: OutgoingExchange): Promise<Head> {
    return exchange.start(this.#app.pools, this.#app.sendAlone, this.#hops);
  }

  /** Counts one sub-request, whoever answers it. */
  #admit(hop: Hop, signal: AbortSignal, isGranted: boolean): void {
    const { grants, limits } = this.#app;
    if (signal.aborted) throw aborted();
    if (this.#hops > LIMITS.hopsMax) {
      throw new EdgeError('loop-detected', `The request has come back to this host ${LIMITS.hopsMax} times`);
    }
    if (!isGranted && grantFor(grants, hop.url) === null) {
      throw new EdgeError('not-granted', `The app has no grant for ${hop.url.origin}`);
    }
    if (this.#started === limits.fetchesMax) {
      throw new EdgeError('too-many', `All ${limits.fetchesMax} sub-requests of this request are used up`);
    }
    this.#started++;
  }

  #exchange(hop: Hop, signal: AbortSignal): OutgoingExchange {
    return this.#track(signal, (onEnd) => new OutgoingExchange(hop, this.#app.limits.idleMsMax, onEnd));
  }

  /** It is under way until its response is complete or nobody reads it any more. */
  #track<Kind extends UnderWay>(signal: AbortSignal, make: (onEnd: () => void) => Kind): Kind {
    const { fetchesAtOnceMax } = this.#app.limits;
    if (this.#underWay === fetchesAtOnceMax) {
      throw new EdgeError('too-many', `${fetchesAtOnceMax} sub-requests are under way already`);
    }
    this.#underWay++;
    const exchange = make(() => {
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

const NOBODY = { address: '0.0.0.0', country: null, region: null };

const NEVER = new AbortController().signal;

function late(msMax: number): EdgeError {
  return new EdgeError('timed-out', `No response within ${msMax} ms`);
}

function aborted(): EdgeError {
  return new EdgeError('connection-closed', 'The fetch was aborted');
}

function asEdgeError(cause: unknown): EdgeError {
  if (cause instanceof EdgeError) return cause;
  return new EdgeError('internal', 'The host failed to carry out the request', { cause });
}
