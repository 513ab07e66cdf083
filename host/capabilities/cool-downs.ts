// Servers that failed several times in a row are left alone for a while, where the grant says so: a request to
// one fails at once instead of waiting for it, and after the while one request finds out whether it is back.
// Passive health checking, per app and process, which a guest in fresh state cannot do for itself.
// Step 9 of the request path. Pure but for the clock that is passed in; knows no connections.

import { EdgeError } from '../../abi/messages.ts';
import { UNREACHED } from './exchange-errors.ts';

/** In a row. */
const FAILURES_MAX = 3; // arbitrary

/** What a gateway says of the server behind it, or a server of itself. */
const FAILING = new Set([502, 503, 504]);

/** Of which the failures are counted. */
const SERVERS_MAX = 1_000; // arbitrary

interface Health {
  failures: number;
  restsUntilMs: number;
  /** One request is on its way to find out. */
  isTried: boolean;
}

export class CoolDowns {
  readonly #nowMs: () => number;
  readonly #servers = new Map<string, Health>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * Asks a server unless it is left alone. `isAborted` tells whether nobody waits any more, which says nothing of
   * the server.
   * @throws EdgeError `connection-failed` while it is left alone
   */
  async ask<Head extends { readonly status: number }>(
    origin: string,
    coolDownMs: number,
    ask: () => Promise<Head>,
    isAborted: () => boolean,
  ): Promise<Head> {
    const health = this.#servers.get(origin) ?? { failures: 0, restsUntilMs: 0, isTried: false };
    const isResting = health.failures >= FAILURES_MAX;
    if (isResting && (health.isTried || this.#nowMs() < health.restsUntilMs)) {
      const message = `${origin} has failed ${health.failures} times in a row and is left alone for up to ${coolDownMs} ms`;
      throw new EdgeError('connection-failed', message);
    }
    health.isTried = isResting;
    try {
      const head = await ask();
      this.#count(origin, health, FAILING.has(head.status), coolDownMs);
      return head;
    } catch (error) {
      const isFailure = error instanceof EdgeError && UNREACHED.has(error.code);
      if (isFailure && !isAborted()) this.#count(origin, health, true, coolDownMs);
      throw error;
    } finally {
      if (isResting) health.isTried = false;
    }
  }

  #count(origin: string, health: Health, isFailure: boolean, coolDownMs: number): void {
    this.#servers.delete(origin);
    health.failures = isFailure ? health.failures + 1 : 0;
    if (!isFailure) return;
    health.restsUntilMs = this.#nowMs() + coolDownMs;
    this.#servers.set(origin, health);
    // The one that failed first. A grant with a star has more names than memory.
    if (this.#servers.size > SERVERS_MAX) this.#servers.delete(this.#servers.keys().next().value as string);
  }
}
