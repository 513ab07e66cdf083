// Where addresses are and whose networks they belong to, by the operator's databases: step 1 of the request
// path, for `proxy-trust.ts`. Each file answers what it has: of two, the first that knows counts.
// Knows no headers. What a file says is not checked further than that it is a database.
// Spec: MaxMind DB File Format 2.0; the fields are those of MaxMind's City, Country and ASN databases,
// which others (DB-IP for one) write as well.

import { readFileSync } from 'node:fs';
import { type CityResponse, Reader, type Response } from 'mmdb-lib';
import type { Client } from '../abi/messages.ts';

export type Place = Required<Pick<Client, 'country' | 'region' | 'city' | 'asn' | 'asOrganization'>>;

/** @throws never for an address, of whichever family */
export type PlaceOf = (address: string) => Place;

export const NOWHERE: Place = { country: null, region: null, city: null, asn: null, asOrganization: null };

/** The fields of all databases that matter here; a file has some of them. */
type Entry = Partial<Pick<CityResponse, 'country' | 'subdivisions' | 'city'>> & {
  readonly autonomous_system_number?: number;
  readonly autonomous_system_organization?: string;
};

/** Reads the files whole. @throws Error, in words for the operator, when one cannot be read or is no database. */
export function openGeoDatabases(paths: readonly string[]): PlaceOf {
  const readers = paths.map((path) => readerOf(path, contentOf(path)));
  return (address) => readers.reduce((known, reader) => merged(known, placeIn(reader, address)), NOWHERE);
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new Error(`The geo database ${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

function readerOf(path: string, bytes: Buffer): Reader<Response> {
  try {
    const reader = new Reader<Response>(bytes);
    // A file that was cut off fails where it is looked into.
    for (const address of ['192.0.2.1', '2001:db8::1']) placeIn(reader, address);
    return reader;
  } catch (cause) {
    throw new Error(`${path} is no geo database in MaxMind's format (.mmdb)`, { cause });
  }
}

function placeIn(reader: Reader<Response>, address: string): Place {
  // A database of IPv4 alone does not know other addresses.
  if (reader.metadata.ipVersion === 4 && address.includes(':')) return NOWHERE;
  const entry = reader.get(address) as Entry | null;
  if (entry === null) return NOWHERE;
  const country = entry.country?.iso_code ?? null;
  const subdivision = entry.subdivisions?.[0]?.iso_code;
  return {
    country,
    region: country === null || subdivision === undefined ? null : `${country}-${subdivision}`,
    city: entry.city?.names?.en ?? null,
    asn: entry.autonomous_system_number ?? null,
    asOrganization: entry.autonomous_system_organization ?? null,
  };
}

/** Region and city belong to their country: they are taken from the file that named it. */
function merged(known: Place, more: Place): Place {
  const where = known.country === null ? more : known;
  return {
    country: where.country,
    region: where.region,
    city: where.city,
    asn: (known.asn === null ? more : known).asn,
    asOrganization: (known.asn === null ? more : known).asOrganization,
  };
}
