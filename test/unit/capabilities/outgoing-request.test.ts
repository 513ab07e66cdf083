import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../abi/limits.ts';
import type { ByteSource, FetchRequest, Header } from '../../../abi/messages.ts';
import { firstHop } from '../../../host/capabilities/outgoing-request.ts';

const STREAM: ByteSource = { next: async () => null, cancel: () => {}, trailers: () => [] };

function hop(more: Partial<FetchRequest>) {
  return firstHop({
    method: 'GET',
    url: 'http://a.test/',
    headers: [],
    content: null,
    redirect: 'follow',
    timeoutMs: null,
    ...more,
  });
}

describe('firstHop() refuses', () => {
  test.each(['', 'G ET', 'GET\r\n', 'Gét', 'CONNECT', 'connect', 'TRACE', 'Track'])(
    'the method %j',
    (method) => {
      expect(() => hop({ method })).toThrow(expect.objectContaining({ code: 'invalid' }));
    },
  );

  const urls = [
    '',
    '/path',
    'a.test',
    'ftp://a.test',
    'data:,a',
    'http://',
    'http://a b/',
    'http://u@a.test/',
  ];
  test.each([...urls, 'http://:p@a.test/', 'javascript:1', '//a.test/'])('the URL %j', (url) => {
    expect(() => hop({ url })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test('a URL that is too long', () => {
    const url = `http://a.test/${'a'.repeat(LIMITS.urlBytesMax)}`;
    expect(() => hop({ url })).toThrow(expect.objectContaining({ code: 'too-large' }));
  });

  const headers: Header[] = [
    ['', 'a'],
    ['a b', 'a'],
    ['a:', 'a'],
    ['é', 'a'],
    ['a', 'b\r\nc: d'],
    ['a', 'b\nc'],
    ['a', 'b\0'],
    ['a', 'b\x7f'],
    ['a', 'Ā'],
    ['host', 'a\r\nb'],
  ];
  test.each(headers)('the header %j: %j', (name, value) => {
    expect(() => hop({ headers: [[name, value]] })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  test.each(['-1', '1e3', '1, 2', '', 'abc', '9'.repeat(20)])(
    'the content-length %j of a stream',
    (length) => {
      const request = { content: STREAM, headers: [['content-length', length]] as const };
      expect(() => hop(request)).toThrow(expect.objectContaining({ code: 'invalid' }));
    },
  );
});

describe('firstHop()', () => {
  test('keeps order and repetition of headers, lower-case and without blanks around', () => {
    const headers: Header[] = [
      ['X-B', ' 1\t'],
      ['x-a', 'é'],
      ['X-B', ''],
    ];
    expect(hop({ headers }).headers).toEqual([
      ['x-b', '1'],
      ['x-a', 'é'],
      ['x-b', ''],
    ]);
  });

  test('takes a promise of length from a stream only', () => {
    const headers: Header[] = [['Content-Length', '12']];
    expect(hop({ headers, content: STREAM }).lengthPromised).toBe(12);
    expect(hop({ headers, content: new Uint8Array(3) }).lengthPromised).toBeNull();
    expect(hop({ headers: [...headers, ...headers], content: STREAM }).lengthPromised).toBe(12);
    expect(hop({ headers, content: STREAM }).headers).toEqual([]);
  });

  test('says in its messages what and where, short and on one line', () => {
    expect(() => hop({ method: `a b\n${'x'.repeat(1000)}` })).toThrow(
      /^The method "a b\\nx{96}\.\.\." is no token$/,
    );
  });
});
