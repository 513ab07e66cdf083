// The variant `error-code` of `wasi:http/types`: what our own failures are called there, and which
// status a client sees when a handler answers with one. Both tables are complete: a case that
// is missing does not type-check.
// Spec: abi/wit/deps/wasi-http/types.wit, variant error-code; statuses as RFC 9209 section 2.3
// recommends them for proxies.

import { EdgeError, type EdgeErrorCode } from '../../messages.ts';
import { IoError } from '../streams.ts';

/** The value of the variant as the canonical ABI takes and gives it. */
export interface ErrorCode {
  readonly tag: ErrorTag;
  readonly val?: unknown;
}

export type ErrorTag = keyof typeof STATUS;

/** A stream of a body failed. */
export class BodyError extends IoError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const TAGS: Readonly<Record<EdgeErrorCode, ErrorTag>> = {
  invalid: 'HTTP-protocol-error',
  'already-responded': 'HTTP-protocol-error',
  'not-granted': 'HTTP-request-denied',
  'address-refused': 'destination-IP-prohibited',
  'name-not-resolved': 'DNS-error',
  'connection-failed': 'connection-refused',
  'tls-failed': 'TLS-protocol-error',
  'connection-closed': 'connection-terminated',
  'protocol-violated': 'HTTP-protocol-error',
  'redirect-refused': 'HTTP-protocol-error',
  'timed-out': 'connection-read-timeout',
  'too-large': 'HTTP-response-body-size',
  'too-many': 'connection-limit-reached',
  'loop-detected': 'loop-detected',
  internal: 'internal-error',
};

/** What a guest is told of a failure; whatever is not an `EdgeError` is a bug and goes on. */
export function errorCodeOf(error: unknown): ErrorCode {
  if (!(error instanceof EdgeError)) throw error;
  if (error.whileConnecting) return { tag: 'connection-timeout' };
  return PAYLOADS[error.code]?.(error) ?? { tag: TAGS[error.code] };
}

/** Cases with a payload. */
const PAYLOADS: Partial<Record<EdgeErrorCode, (error: EdgeError) => ErrorCode>> = {
  'name-not-resolved': ({ message }) => ({
    tag: 'DNS-error',
    val: { rcode: message, infoCode: undefined },
  }),
  'too-large': () => ({ tag: 'HTTP-response-body-size', val: undefined }),
  internal: ({ message }) => ({ tag: 'internal-error', val: message }),
};

/** What a client gets when the handler's answer is this error. */
export function statusOf({ tag }: ErrorCode): number {
  return STATUS[tag];
}

const STATUS = {
  'DNS-timeout': 504,
  'DNS-error': 502,
  'destination-not-found': 500,
  'destination-unavailable': 503,
  'destination-IP-prohibited': 502,
  'destination-IP-unroutable': 502,
  'connection-refused': 502,
  'connection-terminated': 502,
  'connection-timeout': 504,
  'connection-read-timeout': 504,
  'connection-write-timeout': 504,
  'connection-limit-reached': 503,
  'TLS-protocol-error': 502,
  'TLS-certificate-error': 502,
  'TLS-alert-received': 502,
  'HTTP-request-denied': 403,
  'HTTP-request-length-required': 411,
  'HTTP-request-body-size': 413,
  'HTTP-request-method-invalid': 405,
  'HTTP-request-URI-invalid': 400,
  'HTTP-request-URI-too-long': 414,
  'HTTP-request-header-section-size': 431,
  'HTTP-request-header-size': 431,
  'HTTP-request-trailer-section-size': 431,
  'HTTP-request-trailer-size': 431,
  'HTTP-response-incomplete': 502,
  'HTTP-response-header-section-size': 502,
  'HTTP-response-header-size': 502,
  'HTTP-response-body-size': 502,
  'HTTP-response-trailer-section-size': 502,
  'HTTP-response-trailer-size': 502,
  'HTTP-response-transfer-coding': 502,
  'HTTP-response-content-coding': 502,
  'HTTP-response-timeout': 504,
  'HTTP-upgrade-failed': 502,
  'HTTP-protocol-error': 502,
  'loop-detected': 502,
  'configuration-error': 500,
  'internal-error': 500,
} as const;
