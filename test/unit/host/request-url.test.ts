// The shortcut of host/http/request-url.ts says what the WHATWG parser says.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { requestUrl } from '../../../host/http/request-url.ts';

function both(host: string, rest: string) {
  const { href, hostname, pathname } = new URL(`http://${host}${rest}`);
  return { ours: requestUrl('http', host, rest), whatwg: { href, hostname, path: pathname } };
}

describe('requestUrl()', () => {
  const segment = fc.string({
    unit: fc.constantFrom(...'.', '..', '%2e', '%', '/', ...'aZ09_~!$&()*+,;=:@-\'"<>`{}|\\^[]'),
    maxLength: 6,
  });
  const query = fc.oneof(
    fc.constant(''),
    fc.string({ unit: 'grapheme-ascii', maxLength: 8 }).map((q) => `?${q}`),
  );
  const target = fc
    .tuple(fc.array(segment, { maxLength: 5 }), query)
    .map(([segments, q]) => `/${segments.join('/')}${q}`)
    .filter((text) => !/[#\s]/.test(text));

  test('any target comes to what the standard says', () => {
    fc.assert(
      fc.property(target, (rest) => {
        const { ours, whatwg } = both('a.example', rest);
        expect(ours).toEqual(whatwg);
      }),
      { numRuns: 5_000 },
    );
  });

  test.each(['A.example', 'a.example:80', 'a.example:8080', '127.1', '0x7f.1:81', '[::1]:9', 'a.example:'])(
    'the host %s, twice',
    (host) => {
      for (const rest of ['/', '/a?b', '/a/../b', '', '?q']) {
        const { ours, whatwg } = both(host, rest);
        expect(ours).toEqual(whatwg);
        expect(both(host, rest).ours).toEqual(whatwg);
      }
    },
  );

  test.each(['', 'a b', 'a@b', 'a/b', '999.1.1.1'])('the host %j is refused', (host) => {
    expect(() => requestUrl('http', host, '/')).toThrow(/host .* is not valid/);
  });

  test('as many hosts as anybody names are no leak of memory, and all are right', () => {
    for (let i = 0; i < 3_000; i += 1) {
      expect(requestUrl('https', `h${i}.example`, '/x').href).toBe(`https://h${i}.example/x`);
    }
  });
});
