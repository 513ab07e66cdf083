// Checks a guest's request and brings it into the form in which it is sent: method and URL checked,
// headers lower-case, the host's own headers left out, the length of the content settled.
// Step 9 of the request path. Pure; knows no grants and no connections.
// Spec: abi/wit/fetch.wit and http.wit; RFC 9110, sections 5 and 7.6.1.

import { CONNECTION_HEADERS, HOPS_HEADER } from '../../abi/connection-headers.ts';
import { isToken } from '../../abi/edge/headers.ts';
import { LIMITS } from '../../abi/limits.ts';
import { type Content, EdgeError, type FetchRequest, type Header } from '../../abi/messages.ts';

/** One request as it goes to one server: the first, or what a redirect made of it. */
export interface Hop {
  readonly method: string;
  /** Without fragment and credentials. */
  readonly url: URL;
  readonly headers: readonly Header[];
  readonly content: Content;
  /** What a stream's `content-length` promised, or null. */
  readonly lengthPromised: number | null;
  /** The trailers that a stream without such a promise announces; null where it announces none. */
  readonly trailing: string | null;
  /** Until there is a connection; null: as long as the rest may take. */
  readonly connectMsMax: number | null;
  /** Without a byte of the response's body; null: the app's limit alone. */
  readonly idleMsMax: number | null;
}

/** Headers that belong to the host; `content-length` is settled here as well. */
const HOST_HEADERS = new Set([...CONNECTION_HEADERS, 'host', 'expect', 'content-length', HOPS_HEADER]);

const METHODS_REFUSED = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Bytes of a header value: HTAB, and all but control characters. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** @throws EdgeError `invalid` or `too-large`, and says where. */
export function firstHop(request: FetchRequest): Hop {
  const method = request.method;
  if (!isToken(method)) throw invalid(`The method ${quote(method)} is no token`);
  if (METHODS_REFUSED.has(method.toUpperCase())) throw invalid(`The method ${method} is not allowed`);
  const url = checkedUrl(request.url);
  const headers = request.headers.map(checkedHeader);
  const promised = isStream(request.content) ? lengthPromised(headers) : null;
  return {
    method,
    url,
    headers: headers.filter(([name]) => !HOST_HEADERS.has(name)),
    content: request.content,
    lengthPromised: promised,
    trailing: isStream(request.content) && promised === null ? announced(headers) : null,
    connectMsMax: request.connectMsMax ?? null,
    idleMsMax: request.idleMsMax ?? null,
  };
}

export function isStream(content: Content): content is Exclude<Content, Uint8Array | null> {
  return content !== null && !(content instanceof Uint8Array);
}

function checkedUrl(text: string): URL {
  if (!URL.canParse(text)) throw invalid(`The URL ${quote(text)} does not parse as an absolute URL`);
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalid(`The URL ${quote(text)} is not http or https`);
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('The URL has credentials in it; send them in an authorization header');
  }
  url.hash = '';
  if (url.href.length > LIMITS.urlBytesMax) {
    throw new EdgeError('too-large', `The URL is longer than the ${LIMITS.urlBytesMax} bytes allowed`);
  }
  return url;
}

/** Size and number were checked where the guest's headers came in; this is about what may go out. */
function checkedHeader([name, value]: Header): Header {
  if (!isToken(name)) throw invalid(`The header name ${quote(name)} is no token`);
  if (!VALUE.test(value)) {
    throw invalid(`The value of the header ${name} has a control character or one above U+00FF`);
  }
  return [name.toLowerCase(), value.replace(/^[\t ]+|[\t ]+$/g, '')];
}

function announced(headers: readonly Header[]): string | null {
  const names = headers.filter(([name]) => name === 'trailer').map(([, value]) => value);
  return names.length === 0 ? null : names.join(', ');
}

/** What a content says at its end, without what belongs to the host. @throws EdgeError `invalid` */
export function checkedTrailers(lines: readonly Header[]): readonly Header[] {
  return lines.map(checkedHeader).filter(([name]) => !HOST_HEADERS.has(name));
}

/** Several lines, or a list in one, are one promise when they agree (RFC 9110, section 8.6). */
function lengthPromised(headers: readonly Header[]): number | null {
  const values = headers
    .filter(([name]) => name === 'content-length')
    .flatMap(([, value]) => value.split(','));
  const [first, ...others] = values.map((value) => value.trim());
  if (first === undefined) return null;
  if (!/^\d{1,15}$/.test(first) || others.some((other) => other !== first)) {
    throw invalid(`The header content-length is no length: ${quote(values.join(','))}`);
  }
  return Number(first);
}

function invalid(message: string): EdgeError {
  return new EdgeError('invalid', message);
}

/** Guests may send anything; what is quoted stays short and on one line. */
function quote(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}
