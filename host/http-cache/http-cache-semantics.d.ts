// The part of http-cache-semantics that is used; tsconfig.json puts it in place of the package's own, which
// are comments in JavaScript. Types only; nothing runs.

/** Names are lower-case; several lines of one name are joined, but those of `set-cookie` are a list. */
export type CacheHeaders = Record<string, string | string[]>;

export interface CacheRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: CacheHeaders;
}

export interface CacheResponse {
  readonly status: number;
  readonly headers: CacheHeaders;
}

/** As it is kept. */
export interface PolicyObject {
  readonly resh: CacheHeaders;
  readonly rescc: Record<string, string | boolean>;
  readonly st: number;
}

export interface Evaluation {
  /** What may be used now, if anything. */
  readonly response?: CacheResponse;
  /** What to ask the server, if anything; when not synchronous, what is stored is used meanwhile. */
  readonly revalidation?: { readonly headers: CacheHeaders; readonly synchronous: boolean };
}

export default class CachePolicy {
  constructor(request: CacheRequest, response: CacheResponse, options?: { readonly shared?: boolean });
  static fromObject(object: PolicyObject): CachePolicy;
  now(): number;
  storable(): boolean;
  stale(): boolean;
  evaluateRequest(request: CacheRequest): Evaluation;
  responseHeaders(): CacheHeaders;
  revalidatedPolicy(
    request: CacheRequest,
    response: CacheResponse,
  ): { readonly policy: CachePolicy; readonly modified: boolean; readonly matches: boolean };
  toObject(): PolicyObject;
}
