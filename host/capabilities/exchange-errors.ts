// What the guest is told when an exchange fails: the errors of undici and of node, one by one, as
// codes of abi/wit/http.wit. Step 9 of the request path. Errors on the way to a connection are
// not here: those who resolve and connect know better what they mean.

import { errors } from 'undici';
import { EdgeError, type EdgeErrorCode } from '../../abi/messages.ts';
import { RESET_CODE } from './connect-socket.ts';

/** How far an exchange has come, as far as it matters to what an error means. */
export type Phase = 'before-response' | 'in-response';

/** What a server that cannot be reached, or does not answer as a server does, comes to. */
export const UNREACHED: ReadonlySet<EdgeErrorCode> = new Set<EdgeErrorCode>([
  'name-not-resolved',
  'connection-failed',
  'tls-failed',
  'connection-closed',
  'protocol-violated',
  'timed-out',
]);

const BROKEN: Record<Phase, EdgeErrorCode> = {
  'before-response': 'connection-failed',
  'in-response': 'connection-closed',
};

const CODES: Readonly<Record<string, EdgeErrorCode | Record<Phase, EdgeErrorCode>>> = {
  ECONNRESET: BROKEN,
  [RESET_CODE]: BROKEN,
  ECONNABORTED: BROKEN,
  EPIPE: BROKEN,
  ETIMEDOUT: BROKEN,
  EHOSTUNREACH: BROKEN,
  ENETUNREACH: BROKEN,
  ENETDOWN: BROKEN,
  UND_ERR_SOCKET: BROKEN,
  // In a head that contradicts itself, or when the end comes too early.
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    'before-response': 'protocol-violated',
    'in-response': 'connection-closed',
  },
  UND_ERR_HEADERS_OVERFLOW: 'too-large',
  HPE_HEADER_OVERFLOW: 'too-large',
  HPE_INVALID_EOF_STATE: BROKEN,
  UND_ERR_HEADERS_TIMEOUT: 'timed-out',
  UND_ERR_BODY_TIMEOUT: 'timed-out',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'invalid',
  // The app is being closed.
  UND_ERR_CLOSED: BROKEN,
  UND_ERR_DESTROYED: BROKEN,
};

const WORDS: Readonly<Partial<Record<EdgeErrorCode, string>>> = {
  'connection-failed': 'ended the connection before anything was received',
  'connection-closed': 'ended the connection before the message was complete',
  'protocol-violated': 'broke the rules of HTTP',
  'tls-failed': 'broke the rules of TLS',
  'too-large': 'sent more header bytes than are allowed',
  'timed-out': 'took too long',
  invalid: 'was promised another content-length than the content has',
};

/** `cause` is kept in all of them for the host's log; an `internal` one tells the guest nothing more. */
export function exchangeError(cause: Error & { code?: string }, phase: Phase, origin: string): EdgeError {
  if (cause instanceof EdgeError) return cause;
  const code = codeOf(cause, phase);
  const words = WORDS[code];
  const message = words === undefined ? 'The host failed to carry out the request' : `${origin} ${words}`;
  return new EdgeError(code, message, { cause });
}

function codeOf(cause: Error & { code?: string }, phase: Phase): EdgeErrorCode {
  const { code = '', message } = cause;
  // undici says so when an answer or an upgrade comes that nobody asked for.
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) return 'protocol-violated';
  const known = CODES[code];
  if (known !== undefined) return typeof known === 'string' ? known : known[phase];
  if (cause instanceof errors.HTTPParserError) {
    // llhttp's words for an end that came where the message was not over yet; undici loses its code.
    return message.includes('Invalid EOF state') ? BROKEN[phase] : 'protocol-violated';
  }
  if (code.startsWith('HPE_')) return 'protocol-violated';
  // A server may refuse the client's side of a handshake after its own side is through.
  if (/^ERR_(SSL|TLS)_/.test(code)) return phase === 'before-response' ? 'tls-failed' : 'connection-closed';
  return 'internal';
}
