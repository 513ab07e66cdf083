// What kind of place an IP address is: step 9 of the request path, before a connection is made.
// Pure arithmetic on text forms that a resolver or the URL parser yields; knows no names and no
// grants. Only what is known to be public is public: ranges not listed here are reserved.
// Spec: IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890) and their updates.

import { isIP } from 'node:net';

export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link-local'
  | 'metadata'
  | 'multicast'
  | 'unspecified'
  | 'reserved';

/** The first match counts, so exceptions stand before what they are taken from. */
const IPV4_RANGES = table([
  ['169.254.169.254/32', 'metadata'],
  ['169.254.170.2/32', 'metadata'], // AWS, credentials of a container
  ['100.100.100.200/32', 'metadata'], // Alibaba Cloud
  ['192.0.0.192/32', 'metadata'], // Oracle Cloud
  ['168.63.129.16/32', 'metadata'], // Azure's platform endpoint, public only by its number
  ['0.0.0.0/32', 'unspecified'],
  ['0.0.0.0/8', 'reserved'], // "this network"
  ['10.0.0.0/8', 'private'],
  ['100.64.0.0/10', 'private'], // shared by carriers and their customers
  ['127.0.0.0/8', 'loopback'],
  ['169.254.0.0/16', 'link-local'],
  ['172.16.0.0/12', 'private'],
  ['192.0.0.0/24', 'reserved'], // protocol assignments
  ['192.0.2.0/24', 'reserved'], // documentation
  ['192.31.196.0/24', 'reserved'], // AS112
  ['192.52.193.0/24', 'reserved'], // AMT
  ['192.88.99.0/24', 'reserved'], // 6to4 relays
  ['192.168.0.0/16', 'private'],
  ['192.175.48.0/24', 'reserved'], // AS112
  ['198.18.0.0/15', 'reserved'], // benchmarks
  ['198.51.100.0/24', 'reserved'], // documentation
  ['203.0.113.0/24', 'reserved'], // documentation
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'], // with the broadcast address
  ['0.0.0.0/0', 'public'],
]);

const IPV6_RANGES = table([
  ['::/128', 'unspecified'],
  ['::1/128', 'loopback'],
  ['fd00:ec2::254/128', 'metadata'], // AWS
  ['fd00:ec2::23/128', 'metadata'], // AWS, credentials of a pod
  ['fd20:ce::254/128', 'metadata'], // Google Cloud
  ['fc00::/7', 'private'],
  ['fe80::/10', 'link-local'],
  ['fec0::/10', 'private'], // site-local, withdrawn
  ['ff00::/8', 'multicast'],
  ['64:ff9b:1::/48', 'private'], // NAT64 into a network of one's own
  ['2001::/23', 'reserved'], // Teredo, benchmarks, ORCHID and other protocols
  ['2001:db8::/32', 'reserved'], // documentation
  ['2002::/16', 'reserved'], // 6to4
  ['2620:4f:8000::/48', 'reserved'], // AS112
  ['3fff::/20', 'reserved'], // documentation
  ['2000::/3', 'public'],
  // All that IANA has not given out, and IPv4-compatible, discard and segment routing addresses.
  ['::/0', 'reserved'],
]);

/** Addresses that stand for an IPv4 address in their last 32 bits. */
const CARRIES_IPV4 = table([
  ['::ffff:0:0/96', 'mapped'],
  ['64:ff9b::/96', 'nat64'],
]);

/** The kind of an address, or null when `text` is none. A zone id (`%eth0`) is left out of account. */
export function addressKind(text: string): AddressKind | null {
  const address = parseAddress(text);
  if (address === null) return null;
  if (address.bits === 32) return kindIn(IPV4_RANGES, address.value);
  if (kindIn(CARRIES_IPV4, address.value) !== null) {
    return kindIn(IPV4_RANGES, address.value & 0xffff_ffffn);
  }
  return kindIn(IPV6_RANGES, address.value);
}

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

interface Range<Kind> {
  readonly first: bigint;
  readonly shift: bigint;
  readonly kind: Kind;
}

function table<Kind extends string>(rows: readonly (readonly [cidr: string, kind: Kind])[]): Range<Kind>[] {
  return rows.map(([cidr, kind]) => {
    const [text = '', length] = cidr.split('/');
    const address = parseAddress(text);
    if (address === null) throw new Error(`${cidr} is no address range`);
    const shift = BigInt(address.bits - Number(length));
    return { first: address.value >> shift, shift, kind };
  });
}

function kindIn<Kind>(ranges: readonly Range<Kind>[], value: bigint): Kind | null {
  return ranges.find((range) => value >> range.shift === range.first)?.kind ?? null;
}

function parseAddress(text: string): Address | null {
  const [address = ''] = text.split('%', 1);
  switch (isIP(address)) {
    case 4:
      return { bits: 32, value: joined(address.split('.').map(Number), 8n) };
    case 6:
      return { bits: 128, value: joined(ipv6Groups(address), 16n) };
    default:
      return null;
  }
}

/** The eight groups of a valid address: RFC 4291, section 2.2. */
function ipv6Groups(address: string): number[] {
  const [head = [], tail] = address.split('::').map(writtenGroups);
  if (tail === undefined) return head;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function writtenGroups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((part) => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)];
    const ipv4 = joined(part.split('.').map(Number), 8n);
    return [Number(ipv4 >> 16n), Number(ipv4 & 0xffffn)];
  });
}

function joined(parts: readonly number[], bitsEach: bigint): bigint {
  return parts.reduce((value, part) => (value << bitsEach) | BigInt(part), 0n);
}
