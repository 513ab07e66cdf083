// What a guest may hold for longer than one request: objects of the host that are not of a request but of the
// app, as its log and its directories. An instance that is used again (`reuse`) keeps its handles to these.
// Knows neither handles nor instances.

export interface Lasting<Context> {
  /** What it is for the next request. The present one has closed it where that means something. */
  renewed(context: Context): unknown;
}

export function isLasting(object: unknown): object is Lasting<never> {
  return typeof object === 'object' && object !== null && 'renewed' in object;
}
