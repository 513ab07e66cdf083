// What a guest learns of its client beside the message: from databases and trusted proxies, in each language, and
// in a worker process that has given up its rights.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { prebuiltApp } from '../support/apps.ts';
import { mmdb } from '../support/mmdb.ts';
import { ServeProcess } from '../support/serve-process.ts';

const COMPONENT = fileURLToPath(new URL('../../guests/prebuilt/rust/client-info.wasm', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wheeler-client-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['assemblyscript/client-info', 'rust/client-info'])('%s', (guest) => {
  test('shows all that is known', async () => {
    const app = await prebuiltApp(guest);
    const client = {
      address: '192.0.2.1',
      country: 'NZ',
      region: 'NZ-WGN',
      city: 'Wellington',
      asn: 64500,
      asOrganization: 'Example',
      httpVersion: '1.0',
      secure: true,
    };
    const { text } = await app.ask({ client });
    expect(text.split('\n')).toEqual([
      'country NZ',
      'region NZ-WGN',
      'city Wellington',
      'asn 64500',
      'as-organization Example',
      'http 1.0',
      'secure yes',
      '',
    ]);
    await app.close();
  });

  test('shows that nothing is known', async () => {
    const app = await prebuiltApp(guest);
    const { text } = await app.ask();
    const nothing =
      'country none\nregion none\ncity none\nasn 0\nas-organization none\nhttp 1.1\nsecure no\n';
    expect(text).toBe(nothing);
    await app.close();
  });
});

describe('wheeler serve with geo databases', () => {
  test('tells it to guests in every process, for the client that a trusted proxy names', async () => {
    const place = { country: { iso_code: 'NZ' }, city: { names: { en: 'Wellington' } } };
    const system = { autonomous_system_number: 64500, autonomous_system_organization: 'Example' };
    writeFileSync(join(folder, 'city.mmdb'), mmdb('Test-City', [['192.0.2.0/24', place]]));
    writeFileSync(join(folder, 'asn.mmdb'), mmdb('Test-ASN', [['192.0.2.0/24', system]]));
    const server = await ServeProcess.start(
      `[server]
processes = 1
trusted_proxies = ["127.0.0.1"]
geo_databases = ["${folder}/city.mmdb", "${folder}/asn.mmdb"]
[app.shared]
component = "${COMPONENT}"
routes = ["/shared"]
[app.alone]
component = "${COMPONENT}"
routes = ["/alone"]
isolation = "process"
`,
      [],
    );
    const headers = { 'x-forwarded-for': '192.0.2.7', 'x-forwarded-proto': 'https' };
    for (const path of ['/shared', '/alone']) {
      const known = await (await fetch(server.url + path, { headers })).text();
      expect(known).toBe(
        'country NZ\nregion none\ncity Wellington\nasn 64500\nas-organization Example\nhttp 1.1\nsecure yes\n',
      );
      expect(await (await fetch(server.url + path)).text()).toMatch(/^country none\n.*\nsecure no\n$/s);
    }
    expect(await server.stop()).toBe(0);
  });

  test('does not start with what is no database', async () => {
    const file = join(folder, 'text.mmdb');
    writeFileSync(file, 'This is no database');
    const toml = `[server]\ngeo_databases = ["${file}"]\n[app.a]\ncomponent = "${COMPONENT}"\nroutes = ["/"]\n`;
    const message = /server\.geo_databases: \S+text\.mmdb is no geo database in MaxMind's format/;
    await expect(ServeProcess.start(toml, [])).rejects.toThrow(message);
  });
});
