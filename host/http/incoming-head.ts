// A request's head, from what Node's parser read to what a guest is told: step 1 of the
// request path. Pure: it decides, `serve.ts` acts.
// Framing (content-length, chunks) is checked by Node's parser in strict mode before; here
// come the rules that it leaves to the application.
// Spec: RFC 9112 sections 3 and 6.1, RFC 9110 sections 7.2 and 7.6.1.

import { CONNECTION_HEADERS, HOPS_HEADER } from '../../abi/connection-headers.ts';
import { WheelerError } from '../../abi/errors.ts';
import { LIMITS } from '../../abi/limits.ts';
import type { Client, Header } from '../../abi/messages.ts';
import {
  clientAddress,
  clientPlace,
  countryCode,
  type Peer,
  type ProxyTrust,
  regionCode,
} from './proxy-trust.ts';
import { normalUrl, type RequestUrl, requestUrl, type Scheme } from './request-url.ts';

/** What the parser hands over. */
export interface RawHead {
  readonly method: string;
  readonly target: string;
  readonly httpVersion: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly peer: Peer;
}

export interface IncomingHead {
  readonly url: string;
  /** For the router: lower-case, without a port. */
  readonly hostname: string;
  /** For the router: the normalised path, without the query. */
  readonly path: string;
  readonly headers: readonly Header[];
  readonly client: Client;
  /** How often the request has been through a host of ours. */
  readonly hops: number;
  readonly hasBody: boolean;
  /** As announced; null when the body is chunked or absent. */
  readonly bodyBytes: number | null;
}

const REMOVED = new Set([...CONNECTION_HEADERS, HOPS_HEADER]);

/** What is read here, beside what only proxies may send. All other lines are handed on unread. */
const READ = new Set(['host', 'connection', 'content-length', 'transfer-encoding', HOPS_HEADER]);

/** Most lines are neither read nor removed, which one look tells. */
const KNOWN = new Set([...REMOVED, ...READ]);

interface Lines {
  /** Those that are read here. */
  readonly read: readonly Header[];
  /** Those that the guest gets. */
  readonly guest: readonly Header[];
}

/**
 * @throws `REQUEST_MALFORMED`, `REQUEST_URL_TOO_LONG` or `REQUEST_HEADERS_TOO_LARGE`.
 */
export function readHead(raw: RawHead, trust: ProxyTrust): IncomingHead {
  if (raw.target.length > LIMITS.urlBytesMax) {
    throw new WheelerError(
      'REQUEST_URL_TOO_LONG',
      `The URL is too long: ${raw.target.length} bytes, limit ${LIMITS.urlBytesMax}`,
    );
  }
  const { isTrusted } = raw.peer;
  const { read, guest } = headerLines(raw.rawHeaders, isTrusted, trust);
  const scheme = schemeOf(read, isTrusted);
  const { href, hostname, path } = urlOf(raw, scheme, read);
  const codings = allValues(read, 'transfer-encoding');
  const coding = codings.length === 0 ? undefined : codings.join(', ');
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || raw.httpVersion === '1.0')) {
    malformed(
      `The transfer coding ${JSON.stringify(coding)} is not understood here, only chunked in HTTP/1.1`,
    );
  }
  const length = Number(firstValue(read, 'content-length') ?? 0);
  return {
    url: href,
    hostname,
    path,
    headers: withoutNamed(guest, items(read, 'connection')),
    client: client(raw, scheme, read, trust),
    hops: hopCount(read),
    hasBody: coding !== undefined || length > 0,
    bodyBytes: coding === undefined && length > 0 ? length : null,
  };
}

/** One look at each line: most requests have many of which only the host is read. */
function headerLines(rawHeaders: readonly string[], trusted: boolean, trust: ProxyTrust): Lines {
  const count = rawHeaders.length / 2;
  if (count > LIMITS.headersMax) {
    throw new WheelerError(
      'REQUEST_HEADERS_TOO_LARGE',
      `The request has too many header lines: ${count}, limit ${LIMITS.headersMax}`,
    );
  }
  const read: Header[] = [];
  const guest: Header[] = [];
  let bytes = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    const value = rawHeaders[index + 1] as string;
    bytes += name.length + value.length;
    const line: Header = [name, value];
    const isReserved = trust.isReserved(name);
    if (!isReserved && !KNOWN.has(name)) {
      guest.push(line);
      continue;
    }
    if (isReserved || READ.has(name)) read.push(line);
    if (!REMOVED.has(name) && (trusted || !isReserved)) guest.push(line);
  }
  if (bytes > LIMITS.headerBytesMax) {
    throw new WheelerError(
      'REQUEST_HEADERS_TOO_LARGE',
      `The request headers are too large: ${bytes} bytes, limit ${LIMITS.headerBytesMax}`,
    );
  }
  return { read, guest };
}

/** The connection's, or what a trusted proxy says of the client's. */
function schemeOf(lines: readonly Header[], trusted: boolean): Scheme {
  // The nearest proxy appends at the right, and it is the one that is trusted.
  const proto = trusted ? lastItem(lines, 'x-forwarded-proto') : undefined;
  return proto?.toLowerCase() === 'https' ? 'https' : 'http';
}

function urlOf(raw: RawHead, scheme: Scheme, lines: readonly Header[]): RequestUrl {
  const hosts = allValues(lines, 'host');
  if (hosts.length > 1) malformed('The request has more than one host header');
  if (hosts.length === 0) malformed('The request has no host header');
  const host = (raw.peer.isTrusted ? lastItem(lines, 'x-forwarded-host') : undefined) ?? (hosts[0] as string);

  const { target } = raw;
  const normal = normalUrl(scheme, host, target);
  if (normal !== null) return normal;
  if (!/^[!-"$-~]+$/.test(target)) malformed('The request target has characters that no URL has');
  if (target.startsWith('/')) return requestUrl(scheme, host, target);
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target);
  if (absolute !== null) return requestUrl(scheme, absolute[1] as string, absolute[2] as string);
  if (target === '*' && raw.method === 'OPTIONS') return requestUrl(scheme, host, '/');
  return malformed('The request target is neither a path nor an http URL');
}

/** Without those that a `Connection` header names. */
function withoutNamed(lines: readonly Header[], items: readonly string[]): readonly Header[] {
  if (items.length === 0) return lines;
  const named = new Set(items.map((item) => item.toLowerCase()));
  return lines.filter(([name]) => !named.has(name));
}

function client(
  { peer, httpVersion }: RawHead,
  scheme: Scheme,
  lines: readonly Header[],
  trust: ProxyTrust,
): Client {
  const { address, place } = peer.isTrusted ? forwardedBy(peer, lines, trust) : peer;
  const { country, region, city, asn, asOrganization } = place;
  return { address, country, region, city, asn, asOrganization, httpVersion, secure: scheme === 'https' };
}

/** The client that a trusted proxy speaks for. */
function forwardedBy(
  peer: Peer,
  lines: readonly Header[],
  trust: ProxyTrust,
): Pick<Peer, 'address' | 'place'> {
  const address = clientAddress(peer.address, allValues(lines, 'x-forwarded-for'), trust);
  const told = (name: string | null) => (name === null ? undefined : firstValue(lines, name));
  const country = countryCode(told(trust.countryHeader));
  const region = regionCode(told(trust.regionHeader), country);
  return { address, place: clientPlace({ country, region }, trust.placeOf(address)) };
}

function hopCount(lines: readonly Header[]): number {
  const value = firstValue(lines, HOPS_HEADER);
  return value !== undefined && /^\d{1,4}$/.test(value) ? Number(value) : 0;
}

function firstValue(lines: readonly Header[], name: string): string | undefined {
  for (const line of lines) if (line[0] === name) return line[1];
  return undefined;
}

/** Of most names there is none, which needs no list of its own. */
const NONE: readonly string[] = [];

function allValues(lines: readonly Header[], name: string): readonly string[] {
  let values: string[] | null = null;
  for (const line of lines) {
    if (line[0] !== name) continue;
    values ??= [];
    values.push(line[1]);
  }
  return values ?? NONE;
}

function items(lines: readonly Header[], name: string): readonly string[] {
  const values = allValues(lines, name);
  if (values.length === 0) return values;
  return values.flatMap((value) => value.split(',').map((item) => item.trim()));
}

function lastItem(lines: readonly Header[], name: string): string | undefined {
  return items(lines, name).at(-1);
}

function malformed(message: string): never {
  throw new WheelerError('REQUEST_MALFORMED', message);
}
