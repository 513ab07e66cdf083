// Digests and signatures for guests, by OpenSSL through node:crypto. Step 9 of the request path.
// It is the same for all apps and requests. No piece of work holds the event loop for more than
// about 1 ms: long inputs go in pieces, and keys that take longer are refused.
// Spec: abi/wit/crypto.wit; RFC 2104 (HMAC), RFC 7518 section 3 (the algorithms).

import { createHash, createHmac, createVerify, type KeyObject, timingSafeEqual } from 'node:crypto';
import type {
  Billed,
  Crypto,
  Digester,
  HashName,
  SignatureAlgorithm,
  VerifyKey,
} from '../../abi/capabilities.ts';
import type { Capability } from './capability.ts';
import { updateInPieces } from './hash-in-pieces.ts';
import { verifyKey } from './verify-key.ts';

const CRYPTO: Crypto = { digest, hmac, digester, verify };

export function initCrypto(): Capability<Crypto> {
  return { configure: () => ({ prepare: () => CRYPTO, close: async () => {} }) };
}

async function digest(name: HashName, data: Uint8Array, billed: Billed): Promise<Uint8Array> {
  const hash = createHash(name);
  await updateInPieces(hash, data, billed);
  return hash.digest();
}

function digester(name: HashName): Digester {
  const hash = createHash(name);
  return {
    update: (data, billed) => updateInPieces(hash, data, billed),
    finish: () => hash.digest(),
  };
}

/** A key longer than this is replaced by its digest (RFC 2104, section 2), which takes time as data does. */
const BLOCK_BYTES: Record<HashName, number> = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 };

async function hmac(name: HashName, key: Uint8Array, data: Uint8Array, billed: Billed): Promise<Uint8Array> {
  const mac = createHmac(name, key.length > BLOCK_BYTES[name] ? await digest(name, key, billed) : key);
  await updateInPieces(mac, data, billed);
  return mac.digest();
}

async function verify(
  algorithm: SignatureAlgorithm,
  given: VerifyKey,
  data: Uint8Array,
  signature: Uint8Array,
  billed: Billed,
): Promise<boolean | 'invalid' | 'mismatch'> {
  const key = verifyKey(algorithm, given);
  if (typeof key === 'string') return key;
  switch (algorithm) {
    case 'hs256':
      return verifyHmac('sha256', key, data, signature, billed);
    case 'hs512':
      return verifyHmac('sha512', key, data, signature, billed);
    case 'rs256':
      return verifyPublic(key, data, signature, billed);
    case 'es256':
      // r and s, 32 bytes each; all else is no signature of this algorithm.
      return signature.length === 64 && verifyPublic(key, data, signature, billed);
  }
}

async function verifyHmac(
  name: HashName,
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
  billed: Billed,
) {
  const expected = await hmac(name, key.export(), data, billed);
  return expected.length === signature.length && timingSafeEqual(expected, signature);
}

async function verifyPublic(
  key: KeyObject,
  data: Uint8Array,
  signature: Uint8Array,
  billed: Billed,
): Promise<boolean> {
  const verification = createVerify('sha256');
  await updateInPieces(verification, data, billed);
  return billed(() => verification.verify({ key, dsaEncoding: 'ieee-p1363' }, signature));
}
