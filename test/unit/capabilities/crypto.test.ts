import * as node from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Billed, HashName, SignatureAlgorithm, VerifyKey } from '../../../abi/capabilities.ts';
import { APP_LIMITS } from '../../../abi/limits.ts';
import { readPrebuilt } from '../../../guests/prebuilt.ts';
import { initCrypto } from '../../../host/capabilities/crypto.ts';
import { ourRuntime } from '../../support/ours.ts';

const config = { name: 'test', limits: APP_LIMITS, grants: [], variables: new Map(), secrets: new Map() };
const real = initCrypto().configure(config).prepare({ id: 'r', hops: 0 });
let pieces = 0;
const billed: Billed = (work) => {
  pieces += 1;
  return work();
};
/** What is tried here, of whoever computes it. */
interface TriedCrypto {
  digest(hash: HashName, data: Uint8Array): Promise<Uint8Array>;
  hmac(hash: HashName, key: Uint8Array, data: Uint8Array): Promise<Uint8Array>;
  digester(hash: HashName): {
    update(data: Uint8Array): Promise<void>;
    finish(): Uint8Array | Promise<Uint8Array>;
  };
  verify(
    algorithm: SignatureAlgorithm,
    key: VerifyKey,
    data: Uint8Array,
    signature: Uint8Array,
  ): Promise<boolean | 'invalid' | 'mismatch'>;
}

const ofHost: TriedCrypto = {
  digest: (hash: HashName, data: Uint8Array) => real.digest(hash, data, billed),
  hmac: (hash: HashName, key: Uint8Array, data: Uint8Array) => real.hmac(hash, key, data, billed),
  digester: (hash: HashName) => {
    const digester = real.digester(hash);
    return { update: (data: Uint8Array) => digester.update(data, billed), finish: () => digester.finish() };
  },
  verify: (algorithm: SignatureAlgorithm, key: VerifyKey, data: Uint8Array, signature: Uint8Array) =>
    real.verify(algorithm, key, data, signature, billed),
};

/** Of portable components, which bring it along. */
const instance = ourRuntime((await readPrebuilt('rust/crypto')) as Uint8Array).instantiate({});
const call = async <T>(name: string, ...args: unknown[]) =>
  (await instance.call('wheeler:edge/crypto@0.1.0', name, ...args)) as T;
const bytes = async (name: string, ...args: unknown[]) => Buffer.from(await call<Uint8Array>(name, ...args));

const ofAdapter: TriedCrypto = {
  digest: (hash, data) => bytes('digest', hash, data),
  hmac: (hash, key, data) => bytes('hmac', hash, key, data),
  digester: (hash) => {
    const made = call('[constructor]digester', hash);
    return {
      update: async (data) => call('[method]digester.update', await made, data),
      finish: async () => bytes('[static]digester.finish', await made),
    };
  },
  verify: async (algorithm, key, data, signature) =>
    (
      await call<{ readonly val: boolean | 'invalid' | 'mismatch' }>(
        'verify',
        algorithm,
        key,
        data,
        signature,
      )
    ).val,
};

const TRIED = [
  { who: 'the host', crypto: ofHost },
  { who: 'the adapter', crypto: ofAdapter },
];

const HASHES: readonly HashName[] = ['sha1', 'sha256', 'sha384', 'sha512'];
const ascii = (text: string) => Buffer.from(text, 'latin1');
const data = ascii('what is signed');
/** Longer than what is hashed at once, and no multiple of it. */
const long = Buffer.alloc(1_000_003, 'abcdefg');

const rsa = node.generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = node.generateKeyPairSync('ec', { namedCurve: 'P-256' });

const spki = (key: node.KeyObject): VerifyKey => ({
  tag: 'spki',
  val: key.export({ type: 'spki', format: 'der' }),
});
const raw = (val: Uint8Array): VerifyKey => ({ tag: 'raw', val });
const jwk = (key: unknown, more = {}): VerifyKey => ({
  tag: 'jwk',
  val: JSON.stringify({ ...(key as object), ...more }),
});
const publicJwk = (key: node.KeyObject) => key.export({ format: 'jwk' });
const octJwk = (secret: Uint8Array, more = {}) =>
  jwk({ kty: 'oct', k: Buffer.from(secret).toString('base64url') }, more);

describe.each(TRIED)('digest(), hmac() and digesters of $who', ({ crypto }) => {
  test.each(HASHES)('%s gives what is published', async (hash) => {
    const published: Record<HashName, string> = {
      sha1: 'a9993e364706816aba3e25717850c26c9cd0d89d',
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      sha384:
        'cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7',
      sha512:
        'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f',
    };
    expect(Buffer.from(await crypto.digest(hash, ascii('abc'))).toString('hex')).toBe(published[hash]);
    const digester = crypto.digester(hash);
    for (const letter of 'abc') await digester.update(ascii(letter));
    expect(Buffer.from(await digester.finish()).toString('hex')).toBe(published[hash]);
  });

  test('hmac gives what RFC 4231 says, also for long keys', async () => {
    const mac = await crypto.hmac('sha256', ascii('Jefe'), ascii('what do ya want for nothing?'));
    expect(Buffer.from(mac).toString('hex')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    const text = ascii('Test Using Larger Than Block-Size Key - Hash Key First');
    expect(Buffer.from(await crypto.hmac('sha256', Buffer.alloc(131, 0xaa), text)).toString('hex')).toBe(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
  });

  test.each(HASHES)('%s of long data and keys is that of the whole', async (hash) => {
    expect(await crypto.digest(hash, long)).toEqual(node.createHash(hash).update(long).digest());
    expect(await crypto.hmac(hash, long, long)).toEqual(node.createHmac(hash, long).update(long).digest());
    expect(await crypto.hmac(hash, data, new Uint8Array(0))).toEqual(node.createHmac(hash, data).digest());
  });
});

test('long data leaves the event loop its turns', async () => {
  let turns = 0;
  const count = () => {
    turns++;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  const before = pieces;
  await ofHost.digest('sha512', Buffer.alloc(8 * 1024 * 1024));
  clearImmediate(immediate);
  expect(turns).toBeGreaterThanOrEqual(31);
  expect(pieces - before).toBe(32);
});

describe.each(TRIED)('verify() of $who', ({ crypto }) => {
  const secret = node.randomBytes(32);
  const sign: Record<SignatureAlgorithm, (of: Uint8Array) => Uint8Array> = {
    hs256: (of) => node.createHmac('sha256', secret).update(of).digest(),
    hs512: (of) => node.createHmac('sha512', secret).update(of).digest(),
    rs256: (of) => node.sign('sha256', of, rsa.privateKey),
    es256: (of) => node.sign('sha256', of, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' }),
  };
  const keys: Record<SignatureAlgorithm, readonly VerifyKey[]> = {
    hs256: [raw(secret), octJwk(secret), octJwk(secret, { alg: 'HS256', use: 'sig', key_ops: ['verify'] })],
    hs512: [raw(secret), octJwk(secret, { alg: 'HS512' })],
    rs256: [
      spki(rsa.publicKey),
      jwk(publicJwk(rsa.publicKey), { alg: 'RS256' }),
      jwk(publicJwk(rsa.privateKey)),
    ],
    es256: [spki(ec.publicKey), jwk(publicJwk(ec.publicKey), { use: 'sig' })],
  };

  test.each(Object.keys(keys) as SignatureAlgorithm[])(
    '%s: right, altered, cut, empty',
    async (algorithm) => {
      for (const key of keys[algorithm]) {
        for (const message of [data, long, new Uint8Array(0)]) {
          const signature = sign[algorithm](message);
          expect(await crypto.verify(algorithm, key, message, signature)).toBe(true);
          const altered = Uint8Array.from(signature);
          altered[5]! ^= 1;
          expect(await crypto.verify(algorithm, key, message, altered)).toBe(false);
          expect(await crypto.verify(algorithm, key, message, signature.subarray(1))).toBe(false);
          expect(await crypto.verify(algorithm, key, message, new Uint8Array(0))).toBe(false);
          expect(await crypto.verify(algorithm, key, ascii('else'), signature)).toBe(false);
        }
      }
    },
  );

  test('es256 takes r and s only, not the DER form, and not zeros', async () => {
    const der = node.sign('sha256', data, ec.privateKey);
    expect(await crypto.verify('es256', spki(ec.publicKey), data, der)).toBe(false);
    expect(await crypto.verify('es256', spki(ec.publicKey), data, new Uint8Array(64))).toBe(false);
  });

  test('a public key is no secret: the attack on algorithms that are mixed up', async () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const forms: readonly Uint8Array[] = [
      ascii(pem),
      ascii(`\n${pem}`),
      ascii(rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()),
      rsa.publicKey.export({ type: 'spki', format: 'der' }),
      ec.publicKey.export({ type: 'spki', format: 'der' }),
      ascii('ssh-rsa AAAAB3NzaC1yc2E'),
    ];
    for (const form of forms) {
      const forged = node.createHmac('sha256', form).update(data).digest();
      expect(await crypto.verify('hs256', raw(form), data, forged)).toBe('mismatch');
      expect(await crypto.verify('hs256', octJwk(form), data, forged)).toBe('mismatch');
    }
    const sequence = Buffer.concat([Buffer.from([0x30, 0x82]), secret]);
    expect(await crypto.verify('hs256', raw(sequence), data, secret)).toBe(false);
  });

  const rsaOf = (bits: number) => node.generateKeyPairSync('rsa', { modulusLength: bits }).publicKey;
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const odd = (bytes: number) => Buffer.alloc(bytes, 0xff);
  const p384 = node.generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
  const ed = node.generateKeyPairSync('ed25519').publicKey;
  const bad: readonly (readonly [string, SignatureAlgorithm, VerifyKey, 'invalid' | 'mismatch'])[] = [
    ['an RSA key of 1024 bits', 'rs256', spki(rsaOf(1024)), 'invalid'],
    ['an RSA key of 2047 bits', 'rs256', spki(rsaOf(2047)), 'invalid'],
    [
      'an RSA key that takes too long',
      'rs256',
      jwk({ kty: 'RSA', n: base64(odd(2048)), e: 'AQAB' }),
      'invalid',
    ],
    [
      'an exponent that takes too long',
      'rs256',
      jwk({ kty: 'RSA', n: base64(odd(256)), e: base64(odd(200)) }),
      'invalid',
    ],
    [
      'a PSS key',
      'rs256',
      spki(node.generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey),
      'mismatch',
    ],
    ['P-384', 'es256', spki(p384), 'mismatch'],
    ['P-384 as JWK', 'es256', jwk(publicJwk(p384)), 'mismatch'],
    ['Ed25519', 'es256', spki(ed), 'mismatch'],
    ['Ed25519 as JWK', 'es256', jwk(publicJwk(ed)), 'mismatch'],
    ['RSA for ES256', 'es256', spki(rsa.publicKey), 'mismatch'],
    ['EC for RS256', 'rs256', spki(ec.publicKey), 'mismatch'],
    ['a secret for RS256', 'rs256', raw(secret), 'mismatch'],
    ['a secret JWK for ES256', 'es256', octJwk(secret), 'mismatch'],
    ['a public key for HS256', 'hs256', spki(rsa.publicKey), 'mismatch'],
    ['a public JWK for HS512', 'hs512', jwk(publicJwk(rsa.publicKey)), 'mismatch'],
    ['an empty secret', 'hs256', raw(new Uint8Array(0)), 'invalid'],
    ['an empty secret JWK', 'hs256', jwk({ kty: 'oct', k: '' }), 'invalid'],
    ['a secret JWK without k', 'hs256', jwk({ kty: 'oct' }), 'invalid'],
    ['a secret JWK in plain base64', 'hs256', jwk({ kty: 'oct', k: 'ab+/==' }), 'invalid'],
    ['a JWK for encryption', 'rs256', jwk(publicJwk(rsa.publicKey), { use: 'enc' }), 'mismatch'],
    ['a JWK for another algorithm', 'rs256', jwk(publicJwk(rsa.publicKey), { alg: 'PS256' }), 'mismatch'],
    ['a JWK for HS512 used for HS256', 'hs256', octJwk(secret, { alg: 'HS512' }), 'mismatch'],
    ['a JWK that may only sign', 'es256', jwk(publicJwk(ec.publicKey), { key_ops: ['sign'] }), 'mismatch'],
    ['a JWK with odd key_ops', 'es256', jwk(publicJwk(ec.publicKey), { key_ops: 'verify' }), 'mismatch'],
    ['a JWK of no known type', 'es256', jwk({ kty: 'ec' }), 'mismatch'],
    [
      'a point that is not on the curve',
      'es256',
      jwk({ kty: 'EC', crv: 'P-256', x: base64(odd(32)), y: base64(odd(32)) }),
      'invalid',
    ],
    ['a JWK that lacks parts', 'rs256', jwk({ kty: 'RSA', n: 'AQAB' }), 'invalid'],
    ['a JWK with parts of other types', 'rs256', jwk({ kty: 'RSA', n: 1, e: {} }), 'invalid'],
    ['no JSON', 'rs256', { tag: 'jwk', val: '{' }, 'invalid'],
    ['JSON that is no object', 'rs256', { tag: 'jwk', val: 'null' }, 'invalid'],
    ['a list of JWK', 'rs256', { tag: 'jwk', val: '[]' }, 'invalid'],
    ['a JWK of a megabyte', 'rs256', jwk({ kty: 'RSA', n: 'A'.repeat(1_000_000), e: 'AQAB' }), 'invalid'],
    ['no DER', 'rs256', { tag: 'spki', val: ascii('hello') }, 'invalid'],
    [
      'PEM instead of DER',
      'rs256',
      { tag: 'spki', val: ascii(rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()) },
      'invalid',
    ],
    ['a DER of a megabyte', 'es256', { tag: 'spki', val: new Uint8Array(1_000_000) }, 'invalid'],
  ];
  test.each(bad)('refuses %s', async (_, algorithm, key, verdict) => {
    expect(await crypto.verify(algorithm, key, data, new Uint8Array(64))).toBe(verdict);
  });
});
