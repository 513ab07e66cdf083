// Who may start and who waits, so that no app's flood starves another: pure decisions over counts, with
// the time passed in. Step 3 of the request path; `admission.ts` acts on them.
// An app may have as much under way as four times what is still free (the dynamic thresholds of
// Choudhury and Hahne, 1998): one flood alone gets four fifths and leaves the rest to
// whoever comes next, two end at four ninths each. Places that become free go round among the apps.

export interface FairQueueLimits {
  /** Under way at once, all apps together. */
  readonly inFlightMax: number;
  /** Waiting at once, for each app. */
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

export type Arrival = 'start' | 'wait' | 'full';

const SHARE_OF_FREE = 4;

interface Waiting<Item> {
  readonly item: Item;
  readonly untilMs: number;
}

interface App<Item> {
  readonly name: string;
  readonly inFlightMax: number;
  inFlight: number;
  readonly waiting: Set<Waiting<Item>>;
}

export class FairQueue<Item> {
  readonly #limits: FairQueueLimits;
  readonly #apps = new Map<string, App<Item>>();
  /** Those with somebody waiting, next to be served first. */
  readonly #round = new Set<App<Item>>();
  #inFlight = 0;

  constructor(limits: FairQueueLimits) {
    this.#limits = limits;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get isWaitedIn(): boolean {
    return this.#round.size > 0;
  }

  /** @param inFlightMax of this app alone */
  add(app: string, inFlightMax: number): void {
    const known = this.#apps.get(app);
    this.#apps.set(app, { name: app, inFlight: 0, waiting: new Set(), ...known, inFlightMax });
  }

  /** What becomes of one more of this app's. What may start is counted as under way. */
  arrive(app: string): Arrival {
    const one = this.#app(app);
    if (one.waiting.size === 0 && this.#mayStart(one)) {
      this.#begin(one);
      return 'start';
    }
    return one.waiting.size < this.#limits.waitingMax ? 'wait' : 'full';
  }

  wait(app: string, item: Item, nowMs: number): void {
    const one = this.#app(app);
    one.waiting.add({ item, untilMs: nowMs + this.#limits.waitMsMax });
    this.#round.add(one);
  }

  /** One of this app's that was under way has ended. */
  leave(app: string): void {
    this.#app(app).inFlight -= 1;
    this.#inFlight -= 1;
  }

  /** Who may start now, counted as under way; null when nobody may. Ask until it is null. */
  next(): Item | null {
    for (const app of this.#round) {
      if (!this.#mayStart(app)) continue;
      const [first] = app.waiting;
      if (first === undefined) continue;
      this.#forget(app, first);
      // The others come first next time.
      if (this.#round.delete(app)) this.#round.add(app);
      this.#begin(app);
      return first.item;
    }
    return null;
  }

  /** Those that have waited for too long; they wait no more. */
  expire(nowMs: number): Item[] {
    const expired: Item[] = [];
    for (const app of this.#round) {
      for (const one of app.waiting) {
        if (one.untilMs > nowMs) break;
        this.#forget(app, one);
        expired.push(one.item);
      }
    }
    return expired;
  }

  /** `item` waits no more. */
  withdraw(app: string, item: Item): void {
    const one = this.#app(app);
    for (const waiting of one.waiting) if (waiting.item === item) this.#forget(one, waiting);
  }

  /** When the first of those that wait has waited for too long; null when nobody waits. */
  get deadlineMs(): number | null {
    let earliest: number | null = null;
    for (const { waiting } of this.#round) {
      const [first] = waiting;
      if (first !== undefined) earliest = Math.min(earliest ?? first.untilMs, first.untilMs);
    }
    return earliest;
  }

  #mayStart(app: App<Item>): boolean {
    const free = this.#limits.inFlightMax - this.#inFlight;
    const share = this.#apps.size > 1 ? SHARE_OF_FREE * free : free + app.inFlight;
    return free > 0 && app.inFlight < Math.min(app.inFlightMax, share);
  }

  #begin(app: App<Item>): void {
    app.inFlight += 1;
    this.#inFlight += 1;
  }

  #forget(app: App<Item>, waiting: Waiting<Item>): void {
    app.waiting.delete(waiting);
    if (app.waiting.size === 0) this.#round.delete(app);
  }

  #app(name: string): App<Item> {
    const app = this.#apps.get(name);
    if (app === undefined) throw new Error(`The queue knows no app ${name}`);
    return app;
  }
}
