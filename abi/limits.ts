// Every number that a guest or a client can run into. Units are in the names.
// The same limits hold on a laptop and in production; `wheeler.toml` can set those in
// `AppLimits` per app. Values labelled arbitrary are judgement, not measurement.

/** Limits that an app's configuration may change. */
export interface AppLimits {
  /** CPU time of one request, waits excluded. */
  readonly cpuMsMax: number;
  /** Linear memory of one instance, all memories together. */
  readonly memoryMbMax: number;
  /** Requests to other servers that one request may start, redirects included. */
  readonly fetchesMax: number;
  /** Requests to other servers under way at once in one request. */
  readonly fetchesAtOnceMax: number;
  /** Wall time from the request's head to the response's head. */
  readonly responseMsMax: number;
  /** Wall time that a guest may go on after its response has been sent or its client has left. */
  readonly afterResponseMsMax: number;
  /** Wall time without a byte on a body, in either direction. */
  readonly idleMsMax: number;
  /** A request's body, as received. */
  readonly requestBodyBytesMax: number;
  /** What one `body.collect` may return. */
  readonly collectBytesMax: number;
  /** Log bytes of one request. */
  readonly logBytesMax: number;
  /** Live resource handles of one request. */
  readonly handlesMax: number;
  /** Requests of the app under way at once in one process; more wait for their turn. */
  readonly requestsAtOnceMax: number;
}

export const APP_LIMITS: AppLimits = {
  cpuMsMax: 50,
  memoryMbMax: 128,
  fetchesMax: 50,
  fetchesAtOnceMax: 16, // arbitrary; Workers allow 6
  responseMsMax: 30_000, // arbitrary
  afterResponseMsMax: 30_000, // as Workers' waitUntil
  idleMsMax: 60_000, // arbitrary
  requestBodyBytesMax: 100 * 1024 * 1024, // as Workers' free plan
  collectBytesMax: 64 * 1024 * 1024, // half of the memory limit
  logBytesMax: 64 * 1024, // arbitrary
  handlesMax: 1_000, // arbitrary
  requestsAtOnceMax: 10_000, // more than one process can hold: apps share what there is
};

/** Limits that are the same for all. */
export const LIMITS = {
  /** All header names and values of one message, in either direction. */
  headerBytesMax: 64 * 1024,
  /** Header lines of one message. */
  headersMax: 256,
  /** A request's URL. */
  urlBytesMax: 16 * 1024,
  /** The most that one `body.read` returns, and the most that a stream reads ahead. */
  chunkBytesMax: 64 * 1024,
  /** Random bytes that one call may ask for; a larger call would hold the thread. */
  randomBytesMax: 256 * 1024,
  /** Redirects that one fetch follows; WHATWG Fetch's number. */
  redirectsMax: 20,
  /** How often a request may come back to this host. */
  hopsMax: 8,
  /** A component, as deployed. */
  componentBytesMax: 64 * 1024 * 1024,
  /** Elements of one table: the engine copies all of a table that grows, about 5 ms for a million, at one go. */
  tableElementsMax: 100_000,
} as const;
