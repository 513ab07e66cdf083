// The answer to bytes that are not HTTP, came too slowly, or ask for a tunnel: step 1 of the
// request path. There is no request and no response object, so this writes the few lines
// itself and closes the connection: after a framing error nobody knows where the next request
// would begin (RFC 9112 section 2.2).

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ERRORS, type ErrorCode } from '../../abi/errors.ts';
import type { AccessEntry } from '../access-log.ts';
import { errorPage } from '../error-page.ts';
import { NO_USAGE } from '../exchange.ts';

/**
 * @param answerable whether no other response has begun on this connection.
 * @returns what happened, for the log; null when the client merely left.
 */
export function refuseConnection(
  error: Error & { code?: string },
  socket: Socket,
  answerable: boolean,
  requestId: string,
): AccessEntry | null {
  if (error.code === 'ECONNRESET' || error.code === 'EPIPE' || !socket.writable) {
    socket.destroy();
    return null;
  }
  const code = codeOf(error);
  if (!answerable) {
    socket.destroy();
    return entry(requestId, code, null, 0, error.message);
  }
  const page = errorPage({ code, requestId, accept: undefined, detail: null, report: null });
  const content = page.content as Uint8Array;
  const head = [
    `HTTP/1.1 ${page.status} ${STATUS_CODES[page.status]}`,
    ...page.headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${content.length}`,
    'connection: close',
  ].join('\r\n');
  socket.write(`${head}\r\n\r\n`);
  socket.end(content);
  socket.destroySoon();
  return entry(requestId, code, page.status, content.length, error.message);
}

function codeOf(error: { code?: string }): ErrorCode {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'REQUEST_HEADERS_TOO_LARGE';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'REQUEST_TIMEOUT';
    default:
      return 'REQUEST_MALFORMED';
  }
}

function entry(
  id: string,
  code: ErrorCode,
  status: number | null,
  bytes: number,
  message: string,
): AccessEntry {
  const detail = `${ERRORS[code].title}: ${message}`;
  const request = { id, method: null, path: '-', app: null, bytesReceived: 0, wallMs: 0 };
  return { ...request, status, code, ...NO_USAGE, bytes, detail };
}
