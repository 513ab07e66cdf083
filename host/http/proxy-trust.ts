// Who the client is: step 1 of the request path.
// What a header says about the client counts only when a configured proxy sent it; everybody
// else's word is ignored, and the headers are taken out so that no guest believes it either.
// Knows addresses and header values; no sockets.
// `x-forwarded-*` has no spec; the algorithm is the usual one: walk from the right while trusted.

import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { Client } from '../../abi/messages.ts';
import { NOWHERE, type Place, type PlaceOf } from '../geo-databases.ts';

export interface ProxyTrustOptions {
  /** CIDR blocks or single addresses, already checked by `isCidr`. */
  readonly proxies: readonly string[];
  /** Lower-case names of the headers in which the proxies tell country and region. */
  readonly countryHeader: string | null;
  readonly regionHeader: string | null;
  /** Where an address is; nothing is known when left out. */
  readonly placeOf?: PlaceOf;
}

export interface ProxyTrust {
  readonly countryHeader: string | null;
  readonly regionHeader: string | null;
  readonly placeOf: PlaceOf;
  isTrusted(address: string): boolean;
  /** Whether only a trusted proxy may send this header. The name is lower-case. */
  isReserved(name: string): boolean;
}

/** Who is at the other end of a connection: the same for all requests on it. */
export interface Peer {
  readonly address: string;
  readonly isTrusted: boolean;
  readonly place: Place;
}

/** @param address as the socket tells it */
export function peerAt(address: string, trust: ProxyTrust): Peer {
  const plain = plainAddress(address);
  return { address: plain, isTrusted: trust.isTrusted(address), place: trust.placeOf(plain) };
}

const FORWARDED = ['x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto'];

export function proxyTrust(options: ProxyTrustOptions): ProxyTrust {
  const { countryHeader, regionHeader, placeOf = () => NOWHERE } = options;
  const trusted = new BlockList();
  for (const proxy of options.proxies) {
    const [address = '', bits] = proxy.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    trusted.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
  }
  const reserved = new Set([...FORWARDED, countryHeader, regionHeader]);
  const nobody = options.proxies.length === 0;
  return {
    countryHeader,
    regionHeader,
    placeOf,
    isTrusted: (address) => !nobody && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
    isReserved: (name) => reserved.has(name),
  };
}

/** Whether `text` is an address or a block such as `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  const match = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text);
  if (match === null) return false;
  const [, address = '', bits] = match;
  const bitsMax = isIPv4(address) ? 32 : isIPv6(address) && !address.includes('%') ? 128 : -1;
  return bits === undefined ? bitsMax > 0 : Number(bits) <= bitsMax;
}

/** A socket's address as people write it: IPv4 without the IPv6 disguise, no zone. */
function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const unzoned = address.split('%', 1)[0] as string;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(unzoned);
  return mapped?.[1] ?? unzoned;
}

/** The client behind the trusted proxies; `values` are those of `x-forwarded-for`, in order. */
export function clientAddress(peer: string, values: readonly string[], trust: ProxyTrust): string {
  let client = plainAddress(peer);
  if (values.length === 0 || !trust.isTrusted(client)) return client;
  const hops = values.flatMap((value) => value.split(','));
  while (hops.length > 0 && trust.isTrusted(client)) {
    const next = withoutPort((hops.pop() as string).trim());
    // A proxy that names nonsense has told us nothing: what we know for certain is its own address.
    if (next === null) break;
    client = next;
  }
  return client;
}

function withoutPort(text: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? null : plainAddress(bare);
}

/** ISO 3166-1 alpha-2, or null for what is not. */
export function countryCode(value: string | undefined): Client['country'] {
  return value !== undefined && /^[a-z]{2}$/i.test(value) ? value.toUpperCase() : null;
}

/** ISO 3166-2: proxies send `US-TX`, or `TX` alone, which the country completes. */
export function regionCode(value: string | undefined, country: string | null): Client['region'] {
  if (value === undefined) return null;
  if (/^[a-z]{2}-[a-z0-9]{1,3}$/i.test(value)) return value.toUpperCase();
  if (country !== null && /^[a-z0-9]{1,3}$/i.test(value)) return `${country}-${value.toUpperCase()}`;
  return null;
}

/** What a proxy tells outweighs the databases, and what these say of another country does not count. */
export function clientPlace(told: Pick<Client, 'country' | 'region'>, found: Place): Place {
  if (told.country === null || told.country === found.country) {
    return { ...found, region: told.region ?? found.region };
  }
  return { ...found, ...told, city: null };
}
