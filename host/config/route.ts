// A route as written in `wheeler.toml`, made into what the router compares: `/api`,
// `example.com/api`, `example.com` or `*/api`. Pure.
// Host and path are normalised by the URL parser, exactly as those of requests are.

import type { Route } from '../router.ts';

export type RoutePattern = Omit<Route<never>, 'app'>;

export function parseRoute(text: string): RoutePattern | { readonly problem: string } {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return { problem: 'A route has no scheme: write example.com/path or /path' };
  }
  if (/[?#\\\s]/.test(text)) return { problem: 'A route is a host and a path: no query, fragment or space' };
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const path = slash < 0 ? '/' : text.slice(slash);
  if (host.includes(':') && !host.startsWith('['))
    return { problem: 'A route names no port: it holds for all' };
  if (host.includes('*') && host !== '*') return { problem: 'A host is written out, or * for any' };
  if (path.includes('*')) return { problem: 'A route covers all paths below it: leave the * out' };
  const isAny = host === '' || host === '*';
  const isHost = isAny || /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)$/i.test(host);
  const url = isHost ? URL.parse(`http://${isAny ? 'any' : host}${path}`) : null;
  if (url === null || text === '') return { problem: `${JSON.stringify(host)} is no host name` };
  return { host: isAny ? '*' : url.hostname, prefix: url.pathname.replace(/(?<=.)\/+$/, '') };
}

/** As people write it. */
export function routeText({ host, prefix }: RoutePattern): string {
  return host === '*' ? prefix : `${host}${prefix}`;
}
