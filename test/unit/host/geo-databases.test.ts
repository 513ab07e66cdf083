// Where addresses are, by databases that the test makes itself.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGeoDatabases } from '../../../host/geo-databases.ts';
import { mmdb } from '../../support/mmdb.ts';

const folder = mkdtempSync(join(tmpdir(), 'wheeler-geo-'));
const [city, asn, broken] = ['city.mmdb', 'asn.mmdb', 'broken.mmdb'].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

const WELLINGTON = {
  country: { iso_code: 'NZ', names: { en: 'New Zealand' } },
  subdivisions: [{ iso_code: 'WGN' }],
  city: { names: { en: 'Wellington', de: 'Wellington auf Deutsch' } },
};

beforeAll(() => {
  writeFileSync(
    city,
    mmdb('Test-City', [
      ['192.0.2.0/24', WELLINGTON],
      ['198.51.100.128/25', { country: { iso_code: 'DE' } }],
      ['2001:db8:1::/48', WELLINGTON],
    ]),
  );
  const system = { autonomous_system_number: 64500, autonomous_system_organization: 'Example Network' };
  writeFileSync(asn, mmdb('Test-ASN', [['192.0.2.0/25', system]]));
  writeFileSync(broken, mmdb('Test-City', [['192.0.2.0/24', WELLINGTON]]).subarray(0, 400));
});

afterAll(() => rmSync(folder, { recursive: true }));

const nothing = { country: null, region: null, city: null, asn: null, asOrganization: null };
const wellington = { country: 'NZ', region: 'NZ-WGN', city: 'Wellington' };
const network = { asn: 64500, asOrganization: 'Example Network' };

describe('openGeoDatabases()', () => {
  test.each([
    ['192.0.2.1', { ...wellington, ...network }],
    ['192.0.2.200', { ...nothing, ...wellington }],
    ['2001:db8:1::7', { ...nothing, ...wellington }],
    ['198.51.100.200', { ...nothing, country: 'DE' }],
    ['198.51.100.1', nothing],
    ['2001:db8:2::7', nothing],
  ])('knows of %s what the files have', (address, place) => {
    expect(openGeoDatabases([city, asn])(address)).toEqual(place);
  });

  test('knows nothing without a file', () => {
    expect(openGeoDatabases([])('192.0.2.1')).toEqual(nothing);
  });

  test('says which file is missing or no database', () => {
    expect(() => openGeoDatabases([join(folder, 'none.mmdb')])).toThrow(/none\.mmdb cannot be read: ENOENT/);
    expect(() => openGeoDatabases([broken])).toThrow(/broken\.mmdb is no geo database/);
  });
});
