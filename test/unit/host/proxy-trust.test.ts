// Who the client is, behind which proxies.

import { describe, expect, test } from 'vitest';
import {
  clientAddress,
  clientPlace,
  countryCode,
  isCidr,
  proxyTrust,
  regionCode,
} from '../../../host/http/proxy-trust.ts';

const trust = proxyTrust({
  proxies: ['10.0.0.0/8', 'fd00::/8', '192.0.2.1'],
  countryHeader: null,
  regionHeader: null,
});

describe('clientAddress()', () => {
  test.each([
    ['203.0.113.1', ['1.1.1.1'], '203.0.113.1', 'an untrusted peer is the client'],
    ['10.0.0.1', [], '10.0.0.1', 'a proxy that names nobody'],
    ['10.0.0.1', ['1.1.1.1'], '1.1.1.1', 'a proxy that names one'],
    ['10.0.0.1', ['6.6.6.6, 1.1.1.1'], '1.1.1.1', 'what the client forged stands left'],
    ['10.0.0.1', ['6.6.6.6', '1.1.1.1, 10.2.2.2'], '1.1.1.1', 'two proxies, two lines'],
    ['::ffff:10.0.0.1', ['1.1.1.1'], '1.1.1.1', 'IPv4 in IPv6'],
    ['fd00::5', ['2001:db8::1'], '2001:db8::1', 'IPv6'],
    ['10.0.0.1', ['[2001:db8::1]:443'], '2001:db8::1', 'IPv6 with a port'],
    ['10.0.0.1', ['1.1.1.1:5555'], '1.1.1.1', 'IPv4 with a port'],
    ['10.0.0.1', ['1.1.1.1, unknown'], '10.0.0.1', 'nonsense ends the walk'],
    ['10.0.0.1', [' , '], '10.0.0.1', 'nothing ends the walk'],
    ['10.0.0.1', ['10.0.0.2, 10.0.0.3'], '10.0.0.2', 'all trusted: the outermost'],
    ['fe80::1%eth0', [], 'fe80::1', 'a zone is ours alone'],
  ])('of peer %s with %j is %s: %s', (peer, values, client) => {
    expect(clientAddress(peer, values, trust)).toBe(client);
  });
});

describe('proxyTrust()', () => {
  test('trusts single addresses, and IPv4 blocks for mapped peers', () => {
    expect(trust.isTrusted('192.0.2.1')).toBe(true);
    expect(trust.isTrusted('192.0.2.2')).toBe(false);
    expect(trust.isTrusted('::ffff:10.9.9.9')).toBe(true);
    expect(trust.isTrusted('')).toBe(false);
  });
});

describe('clientPlace()', () => {
  const found = {
    country: 'NZ',
    region: 'NZ-WGN',
    city: 'Wellington',
    asn: 64500,
    asOrganization: 'Example',
  };

  test('is what the databases say when no proxy says anything', () => {
    expect(clientPlace({ country: null, region: null }, found)).toEqual(found);
  });

  test('takes a region that a proxy tells', () => {
    expect(clientPlace({ country: 'NZ', region: 'NZ-AUK' }, found)).toMatchObject({ region: 'NZ-AUK' });
  });

  test('does not mix two countries, but keeps the network', () => {
    const place = { country: 'DE', region: null, city: null, asn: 64500, asOrganization: 'Example' };
    expect(clientPlace({ country: 'DE', region: null }, found)).toEqual(place);
  });
});

describe('isCidr()', () => {
  test.each([
    ['10.0.0.0/8', true],
    ['10.0.0.1', true],
    ['::1', true],
    ['::/0', true],
    ['10.0.0.0/33', false],
    ['::1/129', false],
    ['10.0.0/8', false],
    ['fe80::1%eth0', false],
    ['localhost', false],
    ['10.0.0.0/8/8', false],
    ['', false],
  ])('%j: %s', (text, expected) => {
    expect(isCidr(text)).toBe(expected);
  });
});

test('countryCode() and regionCode() take ISO codes and nothing else', () => {
  expect([countryCode('de'), countryCode('DEU'), countryCode('<x'), countryCode(undefined)]).toEqual([
    'DE',
    null,
    null,
    null,
  ]);
  expect([
    regionCode('us-tx', null),
    regionCode('tx', 'US'),
    regionCode('tx', null),
    regionCode('Texas', 'US'),
  ]).toEqual(['US-TX', 'US-TX', null, null]);
});
