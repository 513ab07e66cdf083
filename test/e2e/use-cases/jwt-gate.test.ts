// The example `jwt-gate`, in every language that has it: whom it lets in to a real store, with
// keys from a real identity provider, and whom it does not.

import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Header } from '../../../abi/messages.ts';
import { ExampleApps } from '../../support/example-apps.ts';
import { deadUrl, flood, ScriptedOrigin } from '../../support/scripted-origin.ts';

const EXAMPLE = 'jwt-gate';
const LANGUAGES = ['assemblyscript', 'go', 'rust'];
const SECRET = 'a secret of enough bytes for everybody';

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const smallRsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const jwk = ({ publicKey }: Pair, members: object) => ({
  ...publicKey.export({ format: 'jwk' }),
  ...members,
});
const KEYS = [
  { kty: 'OKP', crv: 'Ed25519', x: 'AAAA', kid: 'of-the-future' },
  { kty: 'RSA', n: 'no base64!', e: 'AQAB', kid: 'broken' },
  jwk(rsa, { kid: 'r', use: 'sig', alg: 'RS256' }),
  jwk(ec, { kid: 'e' }),
  jwk(smallRsa, { kid: 'small' }),
  jwk(otherRsa, { kid: 'to-encrypt', use: 'enc' }),
];

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const nowS = () => Math.floor(Date.now() / 1_000);
const CLAIMS = { sub: 'ann', iss: 'us', aud: ['others', 'objects'], exp: 4e9, nbf: 1.5 };

type Signer = (data: string) => Buffer;
const byRsa =
  (pair: Pair): Signer =>
  (data) =>
    sign('sha256', Buffer.from(data), pair.privateKey);
const byEc =
  (pair: Pair): Signer =>
  (data) =>
    sign('sha256', Buffer.from(data), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' });
const bySecret =
  (secret: string | Buffer): Signer =>
  (data) =>
    createHmac('sha256', secret).update(data).digest();

function token(header: object, signer: Signer, claims: object = CLAIMS): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${signer(signed).toString('base64url')}`;
}

const RS = { alg: 'RS256', kid: 'r' };
const ES = { alg: 'ES256', kid: 'e' };
const HS = { alg: 'HS256' };
const good = token(RS, byRsa(rsa));
const [goodHeader, goodClaims, goodSignature] = good.split('.') as [string, string, string];
const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' });

const LET_IN: readonly (readonly [string, string])[] = [
  ['RS256', good],
  ['ES256', token(ES, byEc(ec))],
  ['HS256', token(HS, bySecret(SECRET))],
  ['RS256 without the name of the key', token({ alg: 'RS256' }, byRsa(rsa))],
  ['one audience that is no list', token(ES, byEc(ec), { ...CLAIMS, aud: 'objects' })],
  [
    'claims that begin and end about now',
    token(ES, byEc(ec), { ...CLAIMS, nbf: nowS() - 1, exp: nowS() + 3_600 }),
  ],
];

const KEPT_OUT: readonly (readonly [string, string, string])[] = [
  ['nothing', '', 'no token'],
  ['another scheme', 'Basic YTpi', 'no token'],
  ['a token of two parts', `Bearer ${goodHeader}.${goodClaims}`, 'malformed token'],
  ['a token of four parts', `Bearer ${good}.x`, 'malformed token'],
  ['a token that is no base64url', `Bearer ${goodHeader}.${goodClaims}.+/==`, 'malformed token'],
  [
    'a token that is no JSON',
    `Bearer ${Buffer.from('{').toString('base64url')}.${goodClaims}.${goodSignature}`,
    'malformed token',
  ],
  ['claims that are a list', `Bearer ${token(ES, byEc(ec), [])}`, 'malformed token'],
  ['no signature', `Bearer ${goodHeader}.${goodClaims}.`, 'wrong signature'],
  ['alg: none', `Bearer ${part({ alg: 'none' })}.${goodClaims}.`, 'algorithm not allowed'],
  ['alg: None with a signature', `Bearer ${token({ alg: 'None' }, byRsa(rsa))}`, 'algorithm not allowed'],
  [
    'an algorithm that is not ours',
    `Bearer ${token({ alg: 'RS512', kid: 'r' }, byRsa(rsa))}`,
    'algorithm not allowed',
  ],
  [
    'an extension that has to be understood',
    `Bearer ${token({ ...RS, crit: ['b64'] }, byRsa(rsa))}`,
    'unknown extension',
  ],
  [
    'other claims under the signature',
    `Bearer ${goodHeader}.${part({ ...CLAIMS, sub: 'eve' })}.${goodSignature}`,
    'wrong signature',
  ],
  [
    'HS256 signed with the public RSA key in PEM',
    `Bearer ${token({ ...HS, kid: 'r' }, bySecret(pem as string))}`,
    'wrong signature',
  ],
  [
    'HS256 signed with the public RSA key as JWK',
    `Bearer ${token({ ...HS, kid: 'r' }, bySecret(JSON.stringify(KEYS[2])))}`,
    'wrong signature',
  ],
  [
    'a key that is not in the set',
    `Bearer ${token({ alg: 'RS256', kid: 'x' }, byRsa(otherRsa))}`,
    'unknown key',
  ],
  ['another key under a name of the set', `Bearer ${token(RS, byRsa(otherRsa))}`, 'wrong signature'],
  ['another key without a name', `Bearer ${token({ alg: 'ES256' }, byEc(otherEc))}`, 'wrong signature'],
  [
    'the RSA key named for ES256',
    `Bearer ${token({ alg: 'ES256', kid: 'r' }, byEc(otherEc))}`,
    'wrong signature',
  ],
  [
    'a key that is too small',
    `Bearer ${token({ alg: 'RS256', kid: 'small' }, byRsa(smallRsa))}`,
    'wrong signature',
  ],
  [
    'a key that is for encryption',
    `Bearer ${token({ alg: 'RS256', kid: 'to-encrypt' }, byRsa(otherRsa))}`,
    'wrong signature',
  ],
  ['a key that is broken', `Bearer ${token({ alg: 'RS256', kid: 'broken' }, byRsa(rsa))}`, 'wrong signature'],
  [
    'an EC signature in DER',
    `Bearer ${token(ES, (data) => sign('sha256', Buffer.from(data), ec.privateKey))}`,
    'wrong signature',
  ],
  ['an EC signature of zeros', `Bearer ${token(ES, () => Buffer.alloc(64))}`, 'wrong signature'],
  ['what has expired', `Bearer ${token(ES, byEc(ec), { ...CLAIMS, exp: nowS() - 1 })}`, 'expired'],
  ['what never expires', `Bearer ${token(ES, byEc(ec), { ...CLAIMS, exp: undefined })}`, 'malformed token'],
  [
    'what expires in words',
    `Bearer ${token(ES, byEc(ec), { ...CLAIMS, exp: '4000000000' })}`,
    'malformed token',
  ],
  [
    'what is not valid yet',
    `Bearer ${token(ES, byEc(ec), { ...CLAIMS, nbf: nowS() + 3_600 })}`,
    'not valid yet',
  ],
  ['another issuer', `Bearer ${token(ES, byEc(ec), { ...CLAIMS, iss: 'them' })}`, 'wrong issuer'],
  ['another audience', `Bearer ${token(ES, byEc(ec), { ...CLAIMS, aud: ['others'] })}`, 'wrong audience'],
  ['no audience', `Bearer ${token(ES, byEc(ec), { ...CLAIMS, aud: undefined })}`, 'wrong audience'],
];

const apps = new ExampleApps();
let store: ScriptedOrigin;
let provider: ScriptedOrigin;
beforeAll(async () => {
  store = await ScriptedOrigin.listen(({ path, headers }, response) => {
    response.setHeader('cache-control', 'public, max-age=60');
    response.end(`object ${path} ${headers.authorization} ${headers.range}`);
  });
  provider = await ScriptedOrigin.listen();
});
afterAll(async () => {
  await apps.close();
  store.close();
  provider.close();
});
beforeEach(() => {
  store.asked.length = 0;
  provider.asked.length = 0;
  provider.script = (_asked, response) => response.end(JSON.stringify({ keys: KEYS }));
});

interface AskOptions {
  readonly variables?: Record<string, string>;
  readonly secrets?: Record<string, string>;
  readonly method?: string;
  readonly headers?: readonly Header[];
}

async function ask(language: string, authorization: string, options: AskOptions = {}) {
  const { variables = {}, secrets = { HS256_KEY: SECRET }, method = 'GET', headers = [] } = options;
  const jwks = `${provider.url}/jwks.json`;
  const usual = { ORIGIN: store.url, PREFIX: '/app', JWKS_URL: jwks, ISSUER: 'us', AUDIENCE: 'objects' };
  const app = await apps.get(`${language}/${EXAMPLE}`, { variables: { ...usual, ...variables }, secrets });
  const given: Header[] = authorization === '' ? [] : [['authorization', authorization]];
  const before = app.logged.length;
  const answer = await app.ask({
    method,
    url: 'http://example.com/app/a/b?c',
    headers: [...headers, ...given],
  });
  return { ...answer, logged: app.logged.slice(before) };
}

describe.each(LANGUAGES)('%s/jwt-gate', (language) => {
  test.each(LET_IN)('lets in %s', async (_name, bearer) => {
    const { status, text, headers, outcome } = await ask(language, `Bearer ${bearer}`, {
      headers: [['range', 'bytes=0-3']],
    });
    expect([status, text, outcome.code]).toEqual([200, 'object /a/b?c undefined bytes=0-3', 'OK']);
    const caching = headers.filter(([name]) => name === 'cache-control').map(([, value]) => value);
    expect(caching.join(', ')).toBe('public, max-age=60, private');
  });

  test.each(KEPT_OUT)('does not let in %s', async (_name, authorization, why) => {
    const { status, text, headers, outcome } = await ask(language, authorization);
    expect([status, text, outcome.code]).toEqual([401, `Not let in: ${why}\n`, 'OK']);
    expect(headers).toContainEqual([
      'www-authenticate',
      `Bearer error="invalid_token", error_description="${why}"`,
    ]);
    expect(store.asked).toEqual([]);
  });

  test('takes HS256 only with a secret, and RS256 only with a provider', async () => {
    const options = { secrets: {} };
    expect((await ask(language, `Bearer ${token(HS, bySecret(SECRET))}`, options)).text).toContain(
      'not allowed',
    );
    const forged = token({ ...HS, kid: 'r' }, bySecret(pem as string));
    expect((await ask(language, `Bearer ${forged}`, options)).text).toContain('not allowed');
    expect((await ask(language, `Bearer ${token(HS, bySecret(''))}`, options)).status).toBe(401);
  });

  test('asks for keys only where they are needed', async () => {
    await ask(language, `Bearer ${token(HS, bySecret(SECRET))}`);
    await ask(language, `Bearer ${part({ alg: 'none' })}.${goodClaims}.`);
    expect(provider.asked).toEqual([]);
  });

  test('does not ask again for a name that a fresh set does not have', async () => {
    await ask(language, `Bearer ${token({ alg: 'RS256', kid: 'x' }, byRsa(rsa))}`);
    expect(provider.asked.length).toBe(1);
  });

  test('asks past the cache for a key that is newer than the set in it', async () => {
    const fresh = JSON.stringify({ keys: [jwk(otherRsa, { kid: 'new' })] });
    provider.script = ({ headers }, response) => {
      if (headers['cache-control'] === 'no-cache') response.end(fresh);
      else response.writeHead(200, { age: '30' }).end(JSON.stringify({ keys: KEYS }));
    };
    const rotated = await ask(language, `Bearer ${token({ alg: 'RS256', kid: 'new' }, byRsa(otherRsa))}`);
    expect(rotated.status).toBe(200);
    expect((await ask(language, `Bearer ${good}`)).status).toBe(200);
    expect(provider.asked.length).toBe(3);
  });

  test('does not let in by a key that was taken out of the set', async () => {
    provider.script = (_asked, response) => response.end(JSON.stringify({ keys: KEYS.slice(3) }));
    expect((await ask(language, `Bearer ${good}`)).text).toBe('Not let in: unknown key\n');
  });

  test('tries no more than eight keys', async () => {
    const keys = Array.from({ length: 9 }, (_, i) => jwk(otherEc, { kid: String(i) }));
    provider.script = (_asked, response) => response.end(JSON.stringify({ keys: [...keys, KEYS[3]] }));
    expect((await ask(language, `Bearer ${token({ alg: 'ES256' }, byEc(ec))}`)).text).toContain(
      'ambiguous key',
    );
  });

  test.each([
    ['fails', (response: import('node:http').ServerResponse) => void response.writeHead(500).end()],
    [
      'answers with a page',
      (response: import('node:http').ServerResponse) => void response.end('<h1>Log in</h1>'),
    ],
    ['answers with other JSON', (response: import('node:http').ServerResponse) => void response.end('{}')],
    [
      'sends keys without an end',
      (response: import('node:http').ServerResponse) => flood(response, ' '.repeat(65_536)),
    ],
    ['is silent', () => {}],
  ])(
    'lets nobody in, and says why in its log, when the provider %s',
    async (_name, script) => {
      provider.script = (_asked, response) => script(response);
      const { status, text, logged } = await ask(language, `Bearer ${good}`);
      expect([status, text]).toEqual([503, 'Nobody can be let in at the moment\n']);
      expect(logged).toEqual([expect.stringMatching(/^error The keys are not there: ./)]);
      expect(store.asked).toEqual([]);
    },
    20_000,
  );

  test('lets nobody in when the provider is down', async () => {
    const variables = { JWKS_URL: `${await deadUrl()}/jwks.json` };
    expect((await ask(language, `Bearer ${good}`, { variables })).status).toBe(503);
  });

  test('answers 502 when the store is down, to those who may know', async () => {
    const variables = { ORIGIN: await deadUrl() };
    expect((await ask(language, `Bearer ${good}`, { variables })).status).toBe(502);
    expect((await ask(language, '', { variables })).status).toBe(401);
  });

  test.each(['PUT', 'POST', 'DELETE'])('does not pass %s on', async (method) => {
    const { status, headers } = await ask(language, `Bearer ${good}`, { method });
    expect(status).toBe(405);
    expect(headers).toContainEqual(['allow', 'GET, HEAD']);
    expect(store.asked).toEqual([]);
  });
});
