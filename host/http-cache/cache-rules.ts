// What a cache may do with an answer: whether it is kept, used, or asked about again. Step 9 of the request
// path. Pure but for the clock that is passed in; http-cache-semantics knows the RFC, and what is here
// brings our words into its own and back. An app's cache serves all of its users, so the rules are
// those of a shared cache: what is private to one of them is not kept.
// Spec: RFC 9111; RFC 9110 section 13 (conditions); RFC 5861 (stale-while-revalidate, stale-if-error).

import CachePolicy, { type PolicyObject } from 'http-cache-semantics';
import type { Header } from '../../abi/messages.ts';

/** Names are lower-case; several lines of one name are joined, but those of `set-cookie` are a list. */
type CacheHeaders = Record<string, string | string[]>;

/** A request as the rules see it: without the conditions that the guest put on it. */
export interface CacheRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: CacheHeaders;
}

export interface KeptHead {
  readonly status: number;
  readonly headers: readonly Header[];
}

export interface Kept {
  readonly id: number;
  readonly policy: string;
}

export type Finding =
  | { readonly kind: 'miss' }
  /** It may be used as it is; `refresh` are the headers with which to ask again meanwhile. */
  | {
      readonly kind: 'use';
      readonly entry: Kept;
      readonly head: KeptHead;
      readonly refresh: readonly Header[] | null;
    }
  /** It may be used when the server, asked with these headers, says that it is still true. */
  | { readonly kind: 'ask'; readonly entry: Kept; readonly validators: readonly Header[] };

/** Conditions about parts and about writing are the server's business alone. */
const PASSED_ON = new Set(['range', 'if-range', 'if-match', 'if-unmodified-since']);
const CONDITIONS = new Set(['if-none-match', 'if-modified-since']);

export class CacheRules {
  readonly #Policy: typeof CachePolicy;

  /** @param nowMs since the Unix epoch */
  constructor(nowMs: () => number) {
    this.#Policy = class extends CachePolicy {
      override now(): number {
        return nowMs();
      }
    };
  }

  find(entries: readonly Kept[], request: CacheRequest): Finding {
    let ask: Finding | null = null;
    for (const entry of entries) {
      const policy = this.#read(entry);
      const { response, revalidation } = policy.evaluateRequest(request);
      const validators = revalidation === undefined ? [] : linesOf(revalidation.headers).filter(isCondition);
      if (response !== undefined) {
        const refresh = revalidation === undefined ? null : validators;
        return { kind: 'use', entry, head: this.#head(policy), refresh };
      }
      // No validators are also those of an entry for other headers than these.
      if (validators.length > 0) ask ??= { kind: 'ask', entry, validators };
    }
    return ask ?? { kind: 'miss' };
  }

  /** How an answer is to be kept, and under which of the request's headers; null when it must not be. */
  keep(request: CacheRequest, { status, headers }: KeptHead): { policy: string; variant: string } | null {
    const response = { status, headers: headersOf(headers) };
    const vary = fieldsOf(response.headers.vary);
    const policy = new this.#Policy(request, response, { shared: true });
    if (!policy.storable() || vary.includes('*')) return null;
    const variant = JSON.stringify(vary.map((name) => [name, request.headers[name] ?? null]));
    return { policy: JSON.stringify(policy.toObject()), variant };
  }

  /** The server has said 304: the policy from now on, with what else it said. */
  confirmed(
    entry: Kept,
    request: CacheRequest,
    headers: readonly Header[],
  ): { policy: string; head: KeptHead } {
    const { etag, 'last-modified': modified } = asObject(entry).resh;
    // It was asked about one entry, so it is that one; not all servers repeat its validators.
    const known = {
      ...(etag === undefined ? {} : { etag }),
      ...(modified === undefined ? {} : { 'last-modified': modified }),
    };
    const response = { status: 304, headers: { ...headersOf(headers), ...known } };
    const { policy } = this.#read(entry).revalidatedPolicy(request, response);
    return { policy: JSON.stringify(policy.toObject()), head: this.#head(policy) };
  }

  /** What is kept, where it may stand in for a server that fails; otherwise null. */
  inPlaceOfError(entry: Kept, request: CacheRequest): KeptHead | null {
    const directives = fieldsOf(asObject(entry).resh['cache-control']);
    if (directives.some((one) => /^(must|proxy)-revalidate|^no-cache/.test(one))) return null;
    if (fieldsOf(request.headers['cache-control']).includes('no-cache')) return null;
    const policy = this.#read(entry);
    const { matches } = policy.revalidatedPolicy(request, { status: 504, headers: {} });
    return matches ? this.#head(policy) : null;
  }

  #read(entry: Kept): CachePolicy {
    const object = asObject(entry);
    const policy = this.#Policy.fromObject(object);
    if (!('must-revalidate' in object.rescc) || policy.stale()) return policy;
    // It is about what is stale (RFC 9111 section 5.2.2.2); the library would ask each time.
    const { 'must-revalidate': _, ...rescc } = object.rescc;
    return this.#Policy.fromObject({ ...object, rescc });
  }

  #head(policy: CachePolicy): KeptHead {
    const { resh, st } = policy.toObject();
    // When the server made it, and not when the cache answers: the age says the rest.
    const date = resh.date === undefined ? {} : { date: resh.date };
    return { status: st, headers: linesOf({ ...policy.responseHeaders(), ...date }) };
  }
}

/** The request as the rules see it; null for one that does not concern a cache. */
export function cacheRequest(method: string, url: URL, headers: readonly Header[]): CacheRequest | null {
  if (method !== 'GET' || headers.some(([name]) => PASSED_ON.has(name))) return null;
  const asked = headersOf(headers.filter((line) => !isCondition(line)));
  return { method, url: url.href, headers: { ...asked, host: url.host } };
}

export function isCondition([name]: Header): boolean {
  return CONDITIONS.has(name);
}

export function isOnlyIfCached({ headers }: CacheRequest): boolean {
  return fieldsOf(headers['cache-control']).includes('only-if-cached');
}

/** 304 instead of `head`, when the guest's own conditions say that it has it already (RFC 9110 section 13.2.2). */
export function unlessKnown(head: KeptHead, asked: readonly Header[]): KeptHead {
  if (head.status !== 200 || !isKnown(headersOf(head.headers), headersOf(asked))) return head;
  const headers = head.headers.filter(([name]) => !/^content-(?!location)/.test(name));
  return { status: 304, headers };
}

function isKnown(kept: CacheHeaders, asked: CacheHeaders): boolean {
  const tags = asked['if-none-match'];
  if (tags !== undefined) {
    const tag = String(kept.etag ?? '').replace(/^W\//, '');
    const known = String(tags)
      .split(',')
      .map((one) => one.trim().replace(/^W\//, ''));
    return known.includes('*') || (tag !== '' && known.includes(tag));
  }
  const since = Date.parse(String(asked['if-modified-since'] ?? ''));
  const modified = Date.parse(String(kept['last-modified'] ?? ''));
  return modified <= since;
}

function asObject({ policy }: Kept): PolicyObject {
  return JSON.parse(policy) as PolicyObject;
}

function fieldsOf(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return String(value)
    .toLowerCase()
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '');
}

function headersOf(lines: readonly Header[]): CacheHeaders {
  const headers = Object.create(null) as CacheHeaders;
  for (const [name, value] of lines) {
    const before = headers[name];
    if (name === 'set-cookie') headers[name] = [...(before ?? []), value];
    else headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}

function linesOf(headers: CacheHeaders): Header[] {
  return Object.entries(headers).flatMap(([name, value]) => [value].flat().map((one): Header => [name, one]));
}
