import { errors } from 'undici';
import { describe, expect, test } from 'vitest';
import { EdgeError } from '../../../abi/messages.ts';
import { exchangeError } from '../../../host/capabilities/exchange-errors.ts';

function coded(code: string): Error & { code?: string } {
  return Object.assign(new Error(code), { code });
}

const CASES: readonly (readonly [Error, before: string, within: string])[] = [
  [coded('ECONNRESET'), 'connection-failed', 'connection-closed'],
  [coded('EPIPE'), 'connection-failed', 'connection-closed'],
  [coded('ETIMEDOUT'), 'connection-failed', 'connection-closed'],
  [new errors.SocketError('other side closed'), 'connection-failed', 'connection-closed'],
  [new errors.SocketError('bad response'), 'protocol-violated', 'protocol-violated'],
  [new errors.SocketError('bad upgrade'), 'protocol-violated', 'protocol-violated'],
  [new errors.HTTPParserError('(Expected HTTP/)'), 'protocol-violated', 'protocol-violated'],
  [new errors.HTTPParserError('(Invalid EOF state)'), 'connection-failed', 'connection-closed'],
  [new errors.HeadersOverflowError(), 'too-large', 'too-large'],
  [new errors.HeadersTimeoutError(), 'timed-out', 'timed-out'],
  [new errors.BodyTimeoutError(), 'timed-out', 'timed-out'],
  [new errors.RequestContentLengthMismatchError(), 'invalid', 'invalid'],
  [new errors.ResponseContentLengthMismatchError(), 'protocol-violated', 'connection-closed'],
  [new errors.ClientClosedError(), 'connection-failed', 'connection-closed'],
  [new errors.ClientDestroyedError(), 'connection-failed', 'connection-closed'],
  [coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'tls-failed', 'connection-closed'],
  [coded('EWHATEVER'), 'internal', 'internal'],
  [new TypeError('a bug'), 'internal', 'internal'],
];

describe('exchangeError()', () => {
  test.each(CASES)('tells of %o as it should', (cause, before, within) => {
    expect(exchangeError(cause, 'before-response', 'http://a.test').code).toBe(before);
    expect(exchangeError(cause, 'in-response', 'http://a.test').code).toBe(within);
  });

  test('keeps the cause for the log and tells the guest nothing of an internal one', () => {
    const cause = new TypeError('secret detail');
    const error = exchangeError(cause, 'before-response', 'http://a.test');
    expect(error.cause).toBe(cause);
    expect(error.message).toBe('The host failed to carry out the request');
  });

  test('hands on what is an EdgeError already', () => {
    const error = new EdgeError('address-refused', 'no');
    expect(exchangeError(error, 'in-response', 'http://a.test')).toBe(error);
  });
});
