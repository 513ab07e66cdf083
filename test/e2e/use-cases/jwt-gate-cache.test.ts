// The example `jwt-gate` with the host's cache, as a server serves it: keys are asked for once, and
// a key that is newer than the set in the cache lets in all the same.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ScriptedOrigin } from '../../support/scripted-origin.ts';
import { type Served, serveConfig } from '../../support/served.ts';

const LANGUAGES = ['assemblyscript', 'go', 'rust'];
const component = (language: string) => {
  const suffix = language === 'go' ? '.wasm.br' : '.wasm';
  return fileURLToPath(new URL(`../../../guests/prebuilt/${language}/jwt-gate${suffix}`, import.meta.url));
};

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function newKey(kid: string): { jwk: object; token: string } {
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync(
    'ec',
    {
      namedCurve: 'P-256',
    },
  );
  const signed = `${part({ alg: 'ES256', kid })}.${part({ exp: 4e9 })}`;
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid },
    token: `${signed}.${signature.toString('base64url')}`,
  };
}

let store: ScriptedOrigin;
let provider: ScriptedOrigin;
let served: Served;
beforeAll(async () => {
  store = await ScriptedOrigin.listen((_asked, response) => response.end('object'));
  provider = await ScriptedOrigin.listen();
  const apps = LANGUAGES.map(
    (language) => `[app.${language}]
component = ${JSON.stringify(component(language))}
routes = ["/${language}"]
outbound = [{ url = "${store.url}", private = true }, { url = "${provider.url}", private = true }]
http_cache_mb_max = 4
variables = { ORIGIN = "${store.url}", JWKS_URL = "${provider.url}/${language}/jwks.json" }
`,
  );
  served = await serveConfig(apps.join(''));
}, 120_000);
afterAll(async () => {
  expect(await served.stop()).toBe(0);
  store.close();
  provider.close();
});
beforeEach(() => {
  provider.asked.length = 0;
});

function publish(...keys: readonly { jwk: object }[]): void {
  const set = JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
  provider.script = (_asked, response) =>
    response.writeHead(200, { 'cache-control': 'max-age=600' }).end(set);
}

describe.each(LANGUAGES)('%s/jwt-gate behind the cache', (language) => {
  const ask = async ({ token }: { token: string }) => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${served.base}/${language}/x`, { headers });
    await answer.text();
    return answer.status;
  };

  test('asks for keys once, and once more when one is new', async () => {
    const [old, fresh] = [newKey('old'), newKey('fresh')];
    publish(old);
    expect([await ask(old), await ask(old), await ask(old)]).toEqual([200, 200, 200]);
    expect(provider.asked.length).toBe(1);
    publish(old, fresh);
    expect(await ask(fresh)).toBe(200);
    expect(provider.asked.length).toBe(2);
    expect([await ask(fresh), await ask(old)]).toEqual([200, 200]);
    expect(provider.asked.length).toBe(2);
    expect(await ask(newKey('never published'))).toBe(401);
    expect(provider.asked.length).toBe(3);
  });
});
