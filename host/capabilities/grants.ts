// What an app may reach: parses outbound grants and finds the one that covers a URL. Parsed when
// an app is configured, matched at step 9 of the request path, for the first URL and for every
// redirect. Pure; knows no addresses beyond literals and makes no connections.
// Spec: the WHATWG URL standard, whose parser normalises hosts on both sides of a comparison.

import { addressKind } from './addresses.ts';
import type { GrantSpec } from './capability.ts';

export interface Grant {
  readonly protocol: 'http:' | 'https:';
  /** As `URL.hostname` has it; of a wildcard what follows the star, with its dot: `.example.com`. */
  readonly host: string;
  readonly wildcard: boolean;
  /** Empty for the scheme's default, as `URL.port` has it. */
  readonly port: string;
  readonly private: boolean;
  /** Null: its servers are always asked. */
  readonly coolDownMs: number | null;
}

export type ParsedGrant = { readonly grant: Grant } | { readonly problem: string };

/**
 * Reads `scheme://host[:port]`, where `host` is exact or `*.` and a name, which stands for all names
 * below it but not for itself. A problem is a sentence that says what to write instead.
 */
export function parseGrant(spec: GrantSpec): ParsedGrant {
  const text = spec.origin;
  const problem = (what: string): ParsedGrant => ({ problem: `The grant "${text}" ${what}` });

  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return problem('names no scheme: write https://host or http://host, with :port if it is not the default');
  }
  if (!/^https?:/i.test(text)) return problem('is for another scheme than http and https');
  if (!URL.canParse(text)) {
    return problem('does not parse: write https://host or https://host:port, the port being 1 to 65535');
  }
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return problem('has credentials in it: leave them out');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return problem(`has a path: a grant is for a whole origin, write ${url.origin}`);
  }
  const wildcard = url.hostname.startsWith('*.');
  const host = wildcard ? url.hostname.slice(1) : url.hostname;
  if (host.includes('*')) {
    return problem('has a star elsewhere than in front: write a host, or *.example.com for names below it');
  }
  const kind = addressKind(unbracketed(host));
  if (kind !== null && kind !== 'public' && !spec.private) {
    return problem(`is for a ${kind} address: add private = true if that is intended`);
  }
  const protocol = url.protocol as Grant['protocol'];
  const { private: isPrivate, coolDownMs = null } = spec;
  return { grant: { protocol, host, wildcard, port: url.port, private: isPrivate, coolDownMs } };
}

/**
 * The grant that covers `url`; null when none does. An exact host is preferred to a wildcard and a longer
 * wildcard to a shorter one, so that `private` is taken from the grant that says most.
 */
export function grantFor(grants: readonly Grant[], url: URL): Grant | null {
  let best: Grant | null = null;
  for (const grant of grants) {
    if (covers(grant, url) && (best === null || precision(grant) > precision(best))) best = grant;
  }
  return best;
}

function covers(grant: Grant, url: URL): boolean {
  if (grant.protocol !== url.protocol || grant.port !== url.port) return false;
  if (!grant.wildcard) return url.hostname === grant.host;
  return url.hostname.endsWith(grant.host) && url.hostname.length > grant.host.length;
}

function precision(grant: Grant): number {
  return grant.wildcard ? grant.host.length : Number.POSITIVE_INFINITY;
}

/** An IPv6 literal without the brackets that it has in a URL. */
export function unbracketed(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
