// Which app answers: step 2 of the request path. Pure.
// The exact host wins over `*`, then the longest path prefix that ends on a segment border;
// the method plays no part. Knows hosts and paths as `incoming-head.ts` normalises them.

export interface Route<App> {
  /** Lower-case host name without a port, or `*` for any. */
  readonly host: string;
  /** Begins with `/`, ends without one unless it is all there is. */
  readonly prefix: string;
  readonly app: App;
}

export type Router<App> = (hostname: string, path: string) => App | null;

interface PrefixMap<App> {
  readonly apps: Map<string, App>;
  prefixCharsMax: number;
}

/** Of two equal routes the later counts; the configuration refuses such. */
export function router<App>(routes: readonly Route<App>[]): Router<App> {
  const hosts = new Map<string, PrefixMap<App>>();
  for (const { host, prefix, app } of routes) {
    const prefixes = hosts.get(host) ?? { apps: new Map<string, App>(), prefixCharsMax: 0 };
    // Kept without its last slash, so that `/` is the empty prefix of every path.
    const key = prefix === '/' ? '' : prefix;
    prefixes.apps.set(key, app);
    prefixes.prefixCharsMax = Math.max(prefixes.prefixCharsMax, key.length);
    hosts.set(host, prefixes);
  }
  return (hostname, path) =>
    longestPrefix(hosts.get(hostname), path) ?? longestPrefix(hosts.get('*'), path) ?? null;
}

function longestPrefix<App>(prefixes: PrefixMap<App> | undefined, path: string): App | undefined {
  if (prefixes === undefined) return undefined;
  // No prefix is longer than this, however long the path that a client thinks of.
  let end = borderAtOrBefore(path, prefixes.prefixCharsMax);
  for (;;) {
    const app = prefixes.apps.get(path.slice(0, end));
    if (app !== undefined || end <= 0) return app;
    end = path.lastIndexOf('/', end - 1);
  }
}

function borderAtOrBefore(path: string, index: number): number {
  if (path.length <= index) return path.length;
  return path.lastIndexOf('/', index);
}
