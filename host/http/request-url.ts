// The URL of a request, from its target and the host that it names: step 1 of the request path.
// Pure, and the same as the URL parser of the WHATWG standard would say; most targets are in that
// form already, which one look tells, and hosts are few, so what they come to is kept.
// Spec: RFC 9112 section 3.2, WHATWG URL.

import { WheelerError } from '../../abi/errors.ts';

export interface RequestUrl {
  readonly href: string;
  /** Lower-case, without a port. */
  readonly hostname: string;
  /** Normalised, without the query. */
  readonly path: string;
}

export type Scheme = 'http' | 'https';

interface Authority {
  /** `http://host:port`, normalised. */
  readonly origin: string;
  readonly hostname: string;
}

const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{0,5})?$/i;

/**
 * Targets that a URL parser leaves as they are: no empty or dotted segment, nothing that is
 * escaped or could be an escape.
 */
const NORMAL_TARGET =
  /^\/(?:[\w~!$&()*+,;=:@-][\w~!$&()*+,;=:@.-]*(?:\/[\w~!$&()*+,;=:@-][\w~!$&()*+,;=:@.-]*)*\/?)?(?:\?[\w~!$&()*+,;=:@./?-]*)?$/;

/** Hosts that are remembered; a client can name any number. */
const HOSTS_MAX = 1_000;
const known = { http: new Map<string, Authority>(), https: new Map<string, Authority>() };

/**
 * Null when a URL parser would not leave `target` as it is.
 * @throws `REQUEST_MALFORMED` when `host` is none
 */
export function normalUrl(scheme: Scheme, host: string, target: string): RequestUrl | null {
  if (!NORMAL_TARGET.test(target)) return null;
  const { origin, hostname } = authority(scheme, host);
  const query = target.indexOf('?');
  return { href: origin + target, hostname, path: query === -1 ? target : target.slice(0, query) };
}

/** @throws `REQUEST_MALFORMED` when `host` is none. `rest` begins with `/` or `?`, or is empty. */
export function requestUrl(scheme: Scheme, host: string, rest: string): RequestUrl {
  const normal = normalUrl(scheme, host, rest);
  if (normal !== null) return normal;
  // Joined as text, since a path that begins with `//` is no path to a URL parser with a base.
  const url = parse(scheme, host, rest);
  return { href: url.href, hostname: url.hostname, path: url.pathname };
}

function authority(scheme: Scheme, host: string): Authority {
  const hosts = known[scheme];
  const found = hosts.get(host);
  if (found !== undefined) return found;
  const { origin, hostname } = parse(scheme, host, '/');
  if (hosts.size >= HOSTS_MAX) hosts.clear();
  hosts.set(host, { origin, hostname });
  return { origin, hostname };
}

function parse(scheme: string, host: string, rest: string): URL {
  const url = HOST.test(host) ? URL.parse(`${scheme}://${host}${rest}`) : null;
  if (url !== null) return url;
  throw new WheelerError('REQUEST_MALFORMED', `The host ${JSON.stringify(host)} is not valid`);
}
