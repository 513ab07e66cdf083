// An app's cache in front of its connections: each request to a server is looked up, asked about again or
// let through, and what comes back is kept while the guest reads it. Step 9 of the request path, per hop,
// after grants were asked. What is allowed is in cache-rules.ts, where things lie in cache-store.ts.
// A store that fails is no reason for a request to fail: it is told, and the server is asked.
// Spec: RFC 9111.

import { EdgeError } from '../../abi/messages.ts';
import { UNREACHED } from '../capabilities/exchange-errors.ts';
import type { Head } from '../capabilities/outgoing-exchange.ts';
import type { Hop } from '../capabilities/outgoing-request.ts';
import {
  type CacheRequest,
  type CacheRules,
  cacheRequest,
  type Finding,
  isCondition,
  isOnlyIfCached,
  type Kept,
  type KeptHead,
  unlessKnown,
} from './cache-rules.ts';
import type { CacheStore } from './cache-store.ts';
import { keepingBody } from './keeping-body.ts';
import { keptBody } from './kept-body.ts';

/** What the caches of all apps share. */
export interface HttpCache {
  readonly store: CacheStore;
  readonly rules: CacheRules;
  /** The store failed. */
  readonly onFailure: (error: unknown) => void;
}

/** Asks the server. */
export type Ask = (hop: Hop) => Promise<Head>;

export interface Paths {
  readonly ask: Ask;
  /** Likewise, for nobody who waits: null when no more sub-requests may be started. */
  readonly askMeanwhile: (hop: Hop) => Promise<Head> | null;
}

/** Methods that change nothing; after all others what is kept may be wrong (RFC 9111 section 4.4). */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Of the whole cache, for one answer. */
const SHARE_MAX = 1 / 4; // arbitrary

export class AppCache {
  readonly #cache: HttpCache;
  readonly #app: string;
  readonly #bytesMax: number;
  /** URLs about which somebody asks meanwhile. */
  readonly #refreshing = new Set<string>();

  constructor(cache: HttpCache, app: string, bytesMax: number) {
    this.#cache = cache;
    this.#app = app;
    this.#bytesMax = bytesMax;
  }

  async send(hop: Hop, paths: Paths): Promise<Head> {
    const request = hop.content === null ? cacheRequest(hop.method, hop.url, hop.headers) : null;
    if (request === null) return this.#passOn(hop, paths);
    const found = this.#find(request);
    switch (found.kind) {
      case 'use':
        if (found.refresh !== null) this.#refresh(hop, found.refresh, request, paths);
        return this.#kept(hop, found.entry, found.head);
      case 'miss':
        if (isOnlyIfCached(request)) return NOT_KEPT;
        return this.#keep(request, await paths.ask(hop));
      case 'ask':
        if (isOnlyIfCached(request)) return NOT_KEPT;
        return this.#askAbout(found.entry, withConditions(hop, found.validators), hop, request, paths.ask);
    }
  }

  #find(request: CacheRequest): Finding {
    const { store, rules } = this.#cache;
    const entries = this.#try(() => store.find(this.#app, request.url)) ?? [];
    return rules.find(entries, request);
  }

  async #passOn(hop: Hop, { ask }: Paths): Promise<Head> {
    const head = await ask(hop);
    if (!SAFE.has(hop.method) && head.status < 400) {
      this.#try(() => this.#cache.store.invalidate(this.#app, hop.url.href));
    }
    return head;
  }

  async #askAbout(entry: Kept, asked: Hop, hop: Hop, request: CacheRequest, ask: Ask): Promise<Head> {
    const instead = () => this.#cache.rules.inPlaceOfError(entry, request);
    let head: Head;
    try {
      head = await ask(asked);
    } catch (error) {
      const kept = error instanceof EdgeError && UNREACHED.has(error.code) ? instead() : null;
      if (kept === null) throw error;
      return this.#kept(hop, entry, kept);
    }
    if (head.status === 304) {
      head.body.cancel();
      return this.#kept(hop, entry, this.#confirm(entry, request, head));
    }
    const kept = head.status >= 500 ? instead() : null;
    if (kept === null) return this.#keep(request, head);
    head.body.cancel();
    return this.#kept(hop, entry, kept);
  }

  #confirm(entry: Kept, request: CacheRequest, { headers }: Head): KeptHead {
    const { policy, head } = this.#cache.rules.confirmed(entry, request, headers);
    this.#try(() => this.#cache.store.renew(entry.id, policy));
    return head;
  }

  /** Asks while the guest has what is stale already; once at a time for a URL. */
  #refresh(hop: Hop, validators: Hop['headers'], request: CacheRequest, paths: Paths): void {
    if (this.#refreshing.has(request.url)) return;
    const answer = paths.askMeanwhile(withConditions(hop, validators));
    if (answer === null) return;
    this.#refreshing.add(request.url);
    void this.#take(answer, request).finally(() => this.#refreshing.delete(request.url));
  }

  async #take(answer: Promise<Head>, request: CacheRequest): Promise<void> {
    try {
      const head = await answer;
      if (head.status === 304) {
        head.body.cancel();
        const found = this.#find(request);
        if (found.kind !== 'miss') this.#confirm(found.entry, request, head);
        return;
      }
      const { body } = this.#keep(request, head);
      while ((await body.next()) !== null);
    } catch (error) {
      // The server fails, and the next who asks will see it; anything else is a bug.
      if (!(error instanceof EdgeError)) this.#cache.onFailure(error);
    }
  }

  #kept(hop: Hop, entry: Kept, head: KeptHead): Head {
    const { store } = this.#cache;
    this.#try(() => store.touch(entry.id));
    const shown = unlessKnown(head, hop.headers);
    return {
      ...shown,
      body: keptBody(shown.status === 304 ? () => null : (place) => store.piece(entry.id, place)),
    };
  }

  #keep(request: CacheRequest, head: Head): Head {
    const { store, rules } = this.#cache;
    const kept = rules.keep(request, head);
    const bytesMax = Math.floor(this.#bytesMax * SHARE_MAX);
    const given = head.headers.find(([name]) => name === 'content-length')?.[1];
    const length = given === undefined ? null : Number(given);
    if (kept === null || (length ?? 0) > bytesMax) return head;
    const { policy, variant } = kept;
    const entry = {
      begin: () => this.#try(() => store.begin(this.#app, request.url, variant, policy)),
      append: (id: number, place: number, bytes: Uint8Array) =>
        this.#try(() => {
          store.append(id, place, bytes);
          return true;
        }) === true,
      finish: (id: number) => void this.#try(() => store.finish(id, this.#bytesMax)),
      remove: (id: number) => void this.#try(() => store.remove(id)),
    };
    return { ...head, body: keepingBody(head.body, entry, bytesMax, length) };
  }

  #try<Result>(work: () => Result): Result | null {
    try {
      return work();
    } catch (error) {
      this.#cache.onFailure(error);
      return null;
    }
  }
}

/** The answer to `only-if-cached` when there is nothing (RFC 9111 section 5.2.1.7). */
const NOT_KEPT: Head = { status: 504, headers: [], body: keptBody(() => null) };

function withConditions(hop: Hop, validators: Hop['headers']): Hop {
  return { ...hop, headers: [...hop.headers.filter((line) => !isCondition(line)), ...validators] };
}
