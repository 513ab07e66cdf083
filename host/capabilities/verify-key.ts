// Guest's keys for verifying signatures: parsed, and held to the algorithm that they are to be used
// with, so that nobody can pass off a public key as the secret of an HMAC. Step 9 of the request
// path. Pure: no signature is looked at here.
// Spec: RFC 7517 and 7518 (JWK), RFC 8725 section 3.1 and 2.1 (why keys are bound to algorithms).

import { createPublicKey, createSecretKey, type KeyObject, type webcrypto } from 'node:crypto';
import type { SignatureAlgorithm, VerifyKey } from '../../abi/capabilities.ts';

type KeyError = 'invalid' | 'mismatch';

/** More than the largest key that is accepted has in any form; parsing takes time. */
const KEY_BYTES_MAX = 16 * 1024;

const RSA_BITS_MIN = 2048;
/** Above these one verification takes more than 1 ms; Go's crypto/rsa has the same limit on exponents. */
const RSA_BITS_MAX = 8192;
const RSA_EXPONENT_MAX = 2n ** 31n - 1n;

const JWK_TYPES: Record<SignatureAlgorithm, string> = {
  hs256: 'oct',
  hs512: 'oct',
  rs256: 'RSA',
  es256: 'EC',
};

/** The key, ready for use with `algorithm`, or what is wrong with it. */
export function verifyKey(algorithm: SignatureAlgorithm, key: VerifyKey): KeyObject | KeyError {
  const isSecret = algorithm === 'hs256' || algorithm === 'hs512';
  switch (key.tag) {
    case 'raw':
      return isSecret ? secretKey(key.val) : 'mismatch';
    case 'spki':
      if (key.val.length > KEY_BYTES_MAX) return 'invalid';
      if (isSecret) return 'mismatch';
      return publicKey(algorithm, { key: Buffer.from(key.val), format: 'der', type: 'spki' });
    case 'jwk':
      if (key.val.length > KEY_BYTES_MAX) return 'invalid';
      return jsonWebKey(algorithm, key.val);
  }
}

function secretKey(bytes: Uint8Array): KeyObject | KeyError {
  if (bytes.length === 0) return 'invalid';
  return isPublicKey(bytes) ? 'mismatch' : createSecretKey(bytes);
}

/** A verifier that takes its public key for a secret accepts what anyone can sign. */
function isPublicKey(bytes: Uint8Array): boolean {
  if (bytes.length > KEY_BYTES_MAX) return false;
  if (/^\s*(-----BEGIN |ssh-|ecdsa-sha2-)/.test(Buffer.from(bytes).toString('latin1'))) return true;
  // Every key in DER is a sequence; few secrets begin like one.
  return bytes[0] === 0x30 && parse({ key: Buffer.from(bytes), format: 'der', type: 'spki' }) !== null;
}

function jsonWebKey(algorithm: SignatureAlgorithm, text: string): KeyObject | KeyError {
  const jwk = parseJwk(text);
  if (jwk === null) return 'invalid';
  if (jwk.kty !== JWK_TYPES[algorithm]) return 'mismatch';
  if (jwk.use !== undefined && jwk.use !== 'sig') return 'mismatch';
  if (jwk.alg !== undefined && jwk.alg !== algorithm.toUpperCase()) return 'mismatch';
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify'))) {
    return 'mismatch';
  }
  if (jwk.kty === 'oct') {
    if (typeof jwk.k !== 'string' || !/^[\w-]+$/.test(jwk.k)) return 'invalid';
    return secretKey(Buffer.from(jwk.k, 'base64url'));
  }
  if (jwk.kty === 'EC' && jwk.crv !== 'P-256') return 'mismatch';
  // Only what a public key has: of a private one its public part is taken.
  const { kty, n, e, crv, x, y } = jwk;
  return publicKey(algorithm, { key: { kty, n, e, crv, x, y } as webcrypto.JsonWebKey, format: 'jwk' });
}

function parseJwk(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function publicKey(
  algorithm: SignatureAlgorithm,
  input: Parameters<typeof createPublicKey>[0],
): KeyObject | KeyError {
  const key = parse(input);
  if (key === null) return 'invalid';
  const details = key.asymmetricKeyDetails ?? {};
  if (algorithm === 'es256') {
    return key.asymmetricKeyType === 'ec' && details.namedCurve === 'prime256v1' ? key : 'mismatch';
  }
  if (key.asymmetricKeyType !== 'rsa') return 'mismatch';
  const bits = details.modulusLength ?? 0;
  const exponent = details.publicExponent ?? 0n;
  return bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX && exponent <= RSA_EXPONENT_MAX ? key : 'invalid';
}

/** Null when the key does not parse: that is what the guest is told, and there is no more to know. */
function parse(input: Parameters<typeof createPublicKey>[0]): KeyObject | null {
  try {
    return createPublicKey(input);
  } catch {
    return null;
  }
}
