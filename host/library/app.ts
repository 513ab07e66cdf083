// An app of the embedded runtime: which version answers, and what is under way on it and on those
// before. Swapping the version moves one pointer; an old version goes when its last request is done,
// so that no request is lost and none sees two versions. Steps 3 and 12 of the request path.
// Does not know how versions are made.

import type { AppLimits } from '../../abi/limits.ts';
import type { IncomingRequest } from '../../abi/messages.ts';
import type { Admit } from '../admission.ts';
import { chain } from '../chain.ts';
import type { Dispatch, Exchange } from '../exchange.ts';
import type { DeployedVersion } from '../version-loader.ts';

interface Tenure {
  readonly version: DeployedVersion;
  /** Apps in front of it. */
  readonly middleware: readonly App[];
  readonly dispatch: Dispatch;
  readonly underWay: Set<Exchange>;
}

export class App {
  readonly #admit: Admit;
  #present: Tenure;
  /** The present one, and those before it that still have requests. */
  readonly #tenures = new Set<Tenure>();
  readonly #closing = new Set<Promise<void>>();

  /** @param admit puts the caps on requests in flight in front */
  constructor(version: DeployedVersion, admit: Admit, middleware: readonly App[] = []) {
    this.#admit = admit;
    this.#present = this.#begin(version, middleware);
  }

  get limits(): AppLimits {
    return this.#present.version.limits;
  }

  /** From now on `version` answers, behind `middleware`. */
  swap(version: DeployedVersion, middleware: readonly App[] = []): void {
    const before = this.#present;
    this.#present = this.#begin(version, middleware);
    this.#retireIfIdle(before);
  }

  /** What its middleware makes of the request, and it itself of what is handed on. */
  start(request: IncomingRequest, hops: number): Exchange {
    const own = (app: App): Dispatch => app.#startAlone.bind(app);
    return chain(this.#present.middleware.map(own), own(this))(request, hops);
  }

  #startAlone(request: IncomingRequest, hops: number): Exchange {
    const tenure = this.#present;
    const exchange = tenure.dispatch(request, hops);
    tenure.underWay.add(exchange);
    exchange.done.then(() => {
      tenure.underWay.delete(exchange);
      this.#retireIfIdle(tenure);
    });
    return exchange;
  }

  /** Resolves when nothing is under way that was when it was asked. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay().map((exchange) => exchange.done));
  }

  /** Ends what is under way. */
  shutdown(): void {
    for (const exchange of this.#underWay()) exchange.cancel('shutdown');
  }

  /** Lets the connections go. Only when nothing is started any more. */
  async close(): Promise<void> {
    for (const tenure of this.#tenures) this.#end(tenure);
    await Promise.all(this.#closing);
  }

  #begin(version: DeployedVersion, middleware: readonly App[]): Tenure {
    const { app, limits } = version;
    const dispatch = this.#admit(app, limits.requestsAtOnceMax, version.dispatch);
    const tenure = { version, middleware, dispatch, underWay: new Set<Exchange>() };
    this.#tenures.add(tenure);
    return tenure;
  }

  #underWay(): Exchange[] {
    return [...this.#tenures].flatMap((tenure) => [...tenure.underWay]);
  }

  #retireIfIdle(tenure: Tenure): void {
    if (tenure !== this.#present && tenure.underWay.size === 0) this.#end(tenure);
  }

  #end(tenure: Tenure): void {
    if (!this.#tenures.delete(tenure)) return;
    const closed = tenure.version.close(0);
    this.#closing.add(closed);
    closed.then(() => this.#closing.delete(closed));
  }
}
