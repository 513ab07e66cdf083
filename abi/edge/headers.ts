// The rules for headers that a guest hands over: what is a name, what is a value, what is too
// much, and which belong to the connection and are left out. Pure.
// Spec: WHATWG Fetch "header name", "header value", "normalize"; RFC 9110 section 5; http.wit.

import { CONNECTION_HEADERS } from '../connection-headers.ts';
import { LIMITS } from '../limits.ts';
import { EdgeError, type Header } from '../messages.ts';

export interface EdgeHeader {
  readonly name: string;
  readonly value: string;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** No NUL, CR, LF, and nothing that is not one byte. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the rule is about
const VALUE = /^[^\u0000\r\n\u0100-\uffff]*$/;
const PADDING = /^[\t\r\n ]+|[\t\r\n ]+$/g;
const SPACE = 0x20;

/** Not allowed in trailers: RFC 9110 section 6.5.1. */
const NO_TRAILERS: ReadonlySet<string> = new Set([
  ...CONNECTION_HEADERS,
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'host',
  'set-cookie',
]);

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Lower-case names and trimmed values, in order, without those of the connection.
 * @throws EdgeError `invalid` or `too-large`
 */
export function checkHeaders(headers: readonly EdgeHeader[]): Header[] {
  if (headers.length > LIMITS.headersMax) {
    throw new EdgeError('too-large', `Too many headers: ${headers.length}, limit ${LIMITS.headersMax}`);
  }
  let bytes = 0;
  const checked: Header[] = [];
  for (const header of headers) {
    const pair = checkHeader(header);
    bytes += pair[0].length + pair[1].length;
    if (!CONNECTION_HEADERS.has(pair[0])) checked.push(pair);
  }
  if (bytes > LIMITS.headerBytesMax) {
    throw new EdgeError('too-large', `Headers are too large: ${bytes} bytes, limit ${LIMITS.headerBytesMax}`);
  }
  return checked;
}

/** The same for trailers, of which fewer names are allowed. */
export function checkTrailers(trailers: readonly EdgeHeader[]): Header[] {
  for (const { name } of trailers) {
    if (NO_TRAILERS.has(name.toLowerCase()))
      throw new EdgeError('invalid', `Not allowed as a trailer: ${name}`);
  }
  return checkHeaders(trailers);
}

function checkHeader({ name, value }: EdgeHeader): Header {
  if (!TOKEN.test(name)) throw new EdgeError('invalid', `Not a header name: ${JSON.stringify(name)}`);
  const trimmed = isPadded(value) ? value.replace(PADDING, '') : value;
  if (!VALUE.test(trimmed)) {
    throw new EdgeError(
      'invalid',
      `Not a header value: that of ${name} has a line break, NUL or a character above U+00FF`,
    );
  }
  return [name.toLowerCase(), trimmed];
}

/** Whether its first or last character could be padding: with few values it is. */
function isPadded(value: string): boolean {
  return value.charCodeAt(0) <= SPACE || value.charCodeAt(value.length - 1) <= SPACE;
}

export function toEdgeHeaders(headers: readonly Header[]): EdgeHeader[] {
  return headers.map(([name, value]) => ({ name, value }));
}
