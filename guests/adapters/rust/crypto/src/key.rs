//! Keys, parsed and held to the algorithm that they are to be used with, so that nobody can pass off a public
//! key as the secret of an HMAC: the rules of the host, host/capabilities/verify-key.ts.
//! Spec: RFC 7517 and 7518 (JWK), RFC 8725 sections 2.1 and 3.1.

use p256::ecdsa::VerifyingKey;
use rsa::pkcs8::{DecodePublicKey, ObjectIdentifier, SubjectPublicKeyInfoRef};
use rsa::traits::PublicKeyParts;
use rsa::{BigUint, RsaPublicKey};
use serde_json::Value;

use crate::bindings::exports::wheeler::edge::crypto::{Key, KeyError, SignatureAlgorithm};

/// More than the largest key that is accepted has in any form.
const KEY_BYTES_MAX: usize = 16 * 1024;
const RSA_BITS_MIN: usize = 2048;
const RSA_BITS_MAX: usize = 8192;
const RSA_EXPONENT_MAX: u64 = (1 << 31) - 1;

// RFC 3279, section 2.3, and RFC 5480, section 2.1.1.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");

pub(crate) enum VerifyKey {
    Hs256(Vec<u8>),
    Hs512(Vec<u8>),
    Rs256(RsaPublicKey),
    Es256(VerifyingKey),
}

pub(crate) fn key_for(algorithm: SignatureAlgorithm, key: Key) -> Result<VerifyKey, KeyError> {
    match key {
        Key::Raw(bytes) => secret_key(algorithm, bytes),
        Key::Spki(bytes) if bytes.len() > KEY_BYTES_MAX => Err(KeyError::Invalid),
        Key::Spki(bytes) => public_key(algorithm, &bytes),
        Key::Jwk(text) if text.len() > KEY_BYTES_MAX => Err(KeyError::Invalid),
        Key::Jwk(text) => json_web_key(algorithm, &text),
    }
}

fn secret_key(algorithm: SignatureAlgorithm, bytes: Vec<u8>) -> Result<VerifyKey, KeyError> {
    let make = match algorithm {
        SignatureAlgorithm::Hs256 => VerifyKey::Hs256,
        SignatureAlgorithm::Hs512 => VerifyKey::Hs512,
        _ => return Err(KeyError::Mismatch),
    };
    if bytes.is_empty() {
        return Err(KeyError::Invalid);
    }
    if is_public_key(&bytes) { Err(KeyError::Mismatch) } else { Ok(make(bytes)) }
}

/// A verifier that takes its public key for a secret accepts what anyone can sign.
fn is_public_key(bytes: &[u8]) -> bool {
    if bytes.len() > KEY_BYTES_MAX {
        return false;
    }
    let text = bytes.trim_ascii_start();
    [&b"-----BEGIN "[..], b"ssh-", b"ecdsa-sha2-"].iter().any(|start| text.starts_with(start))
        || SubjectPublicKeyInfoRef::try_from(bytes).is_ok()
}

fn public_key(algorithm: SignatureAlgorithm, der: &[u8]) -> Result<VerifyKey, KeyError> {
    let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| KeyError::Invalid)?;
    match algorithm {
        SignatureAlgorithm::Rs256 if info.algorithm.oid == RSA => {
            checked_rsa(RsaPublicKey::from_public_key_der(der).map_err(|_| KeyError::Invalid)?)
        }
        SignatureAlgorithm::Es256 if info.algorithm.oids().is_ok_and(|oids| oids == (EC, Some(P_256))) => {
            point_key(info.subject_public_key.as_bytes().ok_or(KeyError::Invalid)?)
        }
        _ => Err(KeyError::Mismatch),
    }
}

fn point_key(point: &[u8]) -> Result<VerifyKey, KeyError> {
    VerifyingKey::from_sec1_bytes(point).map(VerifyKey::Es256).map_err(|_| KeyError::Invalid)
}

fn checked_rsa(key: RsaPublicKey) -> Result<VerifyKey, KeyError> {
    let bits = key.n().bits();
    let is_fit = (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) && *key.e() <= BigUint::from(RSA_EXPONENT_MAX);
    if is_fit { Ok(VerifyKey::Rs256(key)) } else { Err(KeyError::Invalid) }
}

fn json_web_key(algorithm: SignatureAlgorithm, text: &str) -> Result<VerifyKey, KeyError> {
    let Ok(Value::Object(jwk)) = serde_json::from_str::<Value>(text) else { return Err(KeyError::Invalid) };
    let (kind, name) = match algorithm {
        SignatureAlgorithm::Hs256 => ("oct", "HS256"),
        SignatureAlgorithm::Hs512 => ("oct", "HS512"),
        SignatureAlgorithm::Rs256 => ("RSA", "RS256"),
        SignatureAlgorithm::Es256 => ("EC", "ES256"),
    };
    let fits = |field: &str, wanted: &str| jwk.get(field).is_none_or(|value| value == wanted);
    let verifies = jwk.get("key_ops").is_none_or(|operations| match operations {
        Value::Array(list) => list.iter().any(|each| each == "verify"),
        _ => false,
    });
    if jwk.get("kty").is_none_or(|value| value != kind)
        || !fits("use", "sig")
        || !fits("alg", name)
        || !verifies
    {
        return Err(KeyError::Mismatch);
    }
    // Only what a public key has: of a private one its public part is taken.
    let bytes =
        |field: &str| jwk.get(field).and_then(Value::as_str).and_then(base64_url).ok_or(KeyError::Invalid);
    match kind {
        "oct" => secret_key(algorithm, bytes("k")?),
        "RSA" => {
            let (n, e) = (BigUint::from_bytes_be(&bytes("n")?), BigUint::from_bytes_be(&bytes("e")?));
            checked_rsa(RsaPublicKey::new_with_max_size(n, e, RSA_BITS_MAX).map_err(|_| KeyError::Invalid)?)
        }
        _ if jwk.get("crv").is_none_or(|curve| curve != "P-256") => Err(KeyError::Mismatch),
        _ => {
            let (x, y) = (bytes("x")?, bytes("y")?);
            if x.len() != 32 || y.len() != 32 {
                return Err(KeyError::Invalid);
            }
            // A point that is not compressed, as SEC 1 has it.
            point_key(&[&[4], &*x, &*y].concat())
        }
    }
}

/// None where it has other characters, or none at all.
fn base64_url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for character in text.bytes() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    if text.is_empty() { None } else { Some(bytes) }
}
