import { describe, expect, test } from 'vitest';
import { type Grant, grantFor, parseGrant } from '../../../host/capabilities/grants.ts';

function parse(origin: string, isPrivate = false): Grant {
  const parsed = parseGrant({ origin, private: isPrivate });
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.grant;
}

function covers(origin: string, url: string): boolean {
  return grantFor([parse(origin, true)], new URL(url)) !== null;
}

describe('parseGrant()', () => {
  test('reads scheme, host and port, and leaves out the default port', () => {
    const common = { wildcard: false, port: '', private: false, coolDownMs: null };
    const grant = { protocol: 'https:', host: 'example.com', ...common };
    expect(parse('https://example.com')).toEqual(grant);
    expect(parse('HTTPS://EXAMPLE.com:443/')).toEqual(grant);
    expect(parse('https://example.com:8443')).toEqual({ ...grant, port: '8443' });
    expect(parse('https://*.example.com')).toEqual({ ...grant, host: '.example.com', wildcard: true });
    expect(parse('https://bücher.example')).toEqual({ ...grant, host: 'xn--bcher-kva.example' });
    expect(parse('http://[::1]:80', true)).toMatchObject({ protocol: 'http:', host: '[::1]', port: '' });
  });

  const problems: readonly (readonly [string, RegExp])[] = [
    ['example.com', /names no scheme/],
    ['example.com:443', /names no scheme/],
    ['*://example.com', /names no scheme/],
    ['', /names no scheme/],
    ['ftp://example.com', /another scheme/],
    ['file:///etc', /another scheme/],
    ['https://', /does not parse/],
    ['https://example.com:99999', /does not parse/],
    ['https://exa mple.com', /does not parse/],
    ['https://user:pass@example.com', /credentials/],
    ['https://example.com/path', /has a path.*write https:\/\/example\.com$/],
    ['https://example.com/?q', /has a path/],
    ['https://*', /star/],
    ['https://a.*.example.com', /star/],
    ['https://*.*.example.com', /star/],
    ['https://a*.example.com', /star/],
    ['http://127.0.0.1:8080', /loopback address: add private = true/],
    ['http://0x7f.1', /loopback address/],
    ['http://[fd00:ec2::254]', /metadata address/],
    ['http://[::ffff:10.0.0.1]', /private address/],
  ];
  test.each(problems)('says of %j what is wrong', (origin, problem) => {
    const parsed = parseGrant({ origin, private: false });
    expect('problem' in parsed ? parsed.problem : '').toMatch(problem);
  });

  test('takes a private literal that is said to be one', () => {
    expect(parse('http://127.0.0.1:8080', true)).toMatchObject({ host: '127.0.0.1', private: true });
  });
});

describe('grantFor()', () => {
  test('grants nothing by default', () => {
    expect(grantFor([], new URL('https://example.com'))).toBeNull();
  });

  test('compares scheme, host and port', () => {
    expect(covers('https://example.com', 'https://example.com:443/a?b')).toBe(true);
    expect(covers('https://example.com', 'https://EXAMPLE.COM/')).toBe(true);
    expect(covers('https://example.com', 'http://example.com/')).toBe(false);
    expect(covers('https://example.com', 'https://example.com:444/')).toBe(false);
    expect(covers('https://example.com', 'https://example.com./')).toBe(false);
    expect(covers('https://example.com', 'https://example.com.evil.test/')).toBe(false);
    expect(covers('https://example.com', 'https://example.com@evil.test/')).toBe(false);
    expect(covers('http://127.0.0.1', 'http://0177.0.0.1/')).toBe(true);
    expect(covers('http://[::1]', 'http://[0:0::1]/')).toBe(true);
  });

  test('takes a wildcard for the names below it only', () => {
    expect(covers('https://*.example.com', 'https://a.example.com/')).toBe(true);
    expect(covers('https://*.example.com', 'https://a.b.example.com/')).toBe(true);
    expect(covers('https://*.example.com', 'https://example.com/')).toBe(false);
    expect(covers('https://*.example.com', 'https://evilexample.com/')).toBe(false);
    expect(covers('https://*.example.com', 'https://.example.com/')).toBe(false);
    expect(covers('https://*.example.com', 'https://a.example.com.evil.test/')).toBe(false);
  });

  test('takes private from the grant that says most', () => {
    const grants = [
      parse('https://*.test', true),
      parse('https://*.a.test'),
      parse('https://x.a.test', true),
    ];
    const isPrivate = (url: string) => grantFor(grants, new URL(url))?.private;
    expect(isPrivate('https://b.test')).toBe(true);
    expect(isPrivate('https://y.a.test')).toBe(false);
    expect(isPrivate('https://x.a.test')).toBe(true);
  });
});
