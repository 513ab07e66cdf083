// Whether a token lets its bearer in: its signature, then its claims.
// Spec: RFC 7519; RFC 8725 for what goes wrong with it elsewhere.

import {
  JSON, JSONKind, JSONValue, Key, SignatureAlgorithm, Verdict,
  clock, crypto, decode, decodeBase64Url, encode, secret, variable,
} from "@wheeler/assemblyscript";
import { Keys } from "./keys";

/** Why somebody is not let in. */
export class Refusal {
  constructor(
    readonly reason: string,
    /** It cannot be told: the keys are not there. */
    readonly isNotNow: bool = false,
  ) {}
}

/** Checks the value of `authorization`; null when its bearer is let in. */
export function check(authorization: string | null): Refusal | null {
  if (authorization === null || authorization.substring(0, 7).toLowerCase() != "bearer ") {
    return new Refusal("no token");
  }
  const parts = authorization.substring(7).trim().split(".");
  if (parts.length != 3) return new Refusal("malformed token");
  const header = decoded(parts[0]);
  const claims = decoded(parts[1]);
  const signature = decodeBase64Url(parts[2]);
  if (header === null || claims === null || signature === null) return new Refusal("malformed token");
  const refusal = checkSignature(header, encode(parts[0] + "." + parts[1]), signature);
  return refusal === null ? checkClaims(claims) : refusal;
}

/**
 * The token names an algorithm, and we decide with what keys that can be one. A key of the
 * identity provider is never the secret of an HMAC.
 */
function checkSignature(header: JSONValue, signed: Uint8Array, signature: Uint8Array): Refusal | null {
  // Extensions that have to be understood. We understand none.
  if (header.get("crit") !== null) return new Refusal("unknown extension");
  const algorithm = text(header, "alg");
  const password = secret("HS256_KEY");
  if (algorithm == "HS256" && password !== null) {
    const isGenuine = isBy(SignatureAlgorithm.Hs256, Key.raw(encode(password)), signed, signature);
    return isGenuine ? null : new Refusal("wrong signature");
  }
  if (algorithm != "RS256" && algorithm != "ES256") return new Refusal("algorithm not allowed");
  const method = algorithm == "RS256" ? SignatureAlgorithm.Rs256 : SignatureAlgorithm.Es256;
  const keys = Keys.find(text(header, "kid"));
  const refusal = keys.refusal;
  if (refusal !== null) return refusal;
  for (let i = 0; i < keys.found.length; i++) {
    if (isBy(method, Key.jwk(keys.found[i]), signed, signature)) return null;
  }
  return new Refusal("wrong signature");
}

function isBy(algorithm: SignatureAlgorithm, key: Key, signed: Uint8Array, signature: Uint8Array): bool {
  return crypto.verify(algorithm, key, signed, signature) == Verdict.Valid;
}

function checkClaims(claims: JSONValue): Refusal | null {
  const now = <f64>clock.wallMs() / 1_000;
  const end = claims.get("exp");
  if (end === null || end.kind != JSONKind.Number) return new Refusal("malformed token");
  if (end.asNumber() <= now) return new Refusal("expired");
  const begin = claims.get("nbf");
  if (begin !== null && !(begin.asNumber() <= now)) return new Refusal("not valid yet");
  const issuer = variable("ISSUER");
  if (issuer !== null && text(claims, "iss") != issuer) return new Refusal("wrong issuer");
  const audience = variable("AUDIENCE");
  if (audience !== null && !isFor(claims.get("aud"), audience)) return new Refusal("wrong audience");
  return null;
}

/** `aud` is a name or a list of names. */
function isFor(claim: JSONValue | null, audience: string): bool {
  if (claim === null) return false;
  if (claim.asString() == audience) return true;
  if (claim.kind != JSONKind.Array) return false;
  for (let i = 0; i < claim.items.length; i++) {
    if (claim.items[i].asString() == audience) return true;
  }
  return false;
}

function text(object: JSONValue, name: string): string | null {
  const value = object.get(name);
  return value !== null ? value.asString() : null;
}

/** The object that a part of a token is. */
function decoded(part: string): JSONValue | null {
  const bytes = decodeBase64Url(part);
  if (bytes === null) return null;
  const value = JSON.parse(decode(bytes));
  return value !== null && value.kind == JSONKind.Object ? value : null;
}
