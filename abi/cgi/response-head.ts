// The head of a CGI program's output: lines of headers up to an empty one. Pure.
// Spec: RFC 3875 section 6; a redirect to a path is sent to the client like one to a URL.

import type { EdgeHeader } from '../edge/headers.ts';
import { LIMITS } from '../limits.ts';

export interface CgiHead {
  readonly status: number;
  readonly headers: readonly EdgeHeader[];
  /** Where in the bytes the content begins. */
  readonly contentAt: number;
}

export type HeadRead = CgiHead | 'incomplete' | { readonly fault: string };

const LINE_FEED = 0x0a;
const RETURN = 0x0d;

export function readCgiHead(bytes: Uint8Array): HeadRead {
  const headers: EdgeHeader[] = [];
  let status: number | null = null;
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start);
    if (end === -1) {
      if (bytes.length <= LIMITS.headerBytesMax) return 'incomplete';
      return { fault: `its headers do not end within ${LIMITS.headerBytesMax} bytes` };
    }
    const line = lineOf(bytes, start, end);
    start = end + 1;
    if (line === '') break;
    const colon = line.indexOf(':');
    if (colon < 1) return { fault: `this is no header line: ${JSON.stringify(line.slice(0, 80))}` };
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name.toLowerCase() !== 'status') {
      headers.push({ name, value });
      continue;
    }
    if (!/^\d{3}( |$)/.test(value))
      return { fault: `this is no status: ${JSON.stringify(value.slice(0, 80))}` };
    status = Number(value.slice(0, 3));
  }
  if (headers.length === 0 && status === null) return { fault: 'there is no header before the empty line' };
  const redirects = headers.some(({ name }) => name.toLowerCase() === 'location');
  return { status: status ?? (redirects ? 302 : 200), headers, contentAt: start };
}

/** Header values are bytes, of which each becomes one character. */
function lineOf(bytes: Uint8Array, start: number, end: number): string {
  const stop = end > start && bytes[end - 1] === RETURN ? end - 1 : end;
  let line = '';
  for (let at = start; at < stop; at++) line += String.fromCharCode(bytes[at] as number);
  return line;
}
