//! Signatures, against keys that fit their algorithm.

use rsa::pkcs1v15;
use sha2::Sha256;
// The trait of both crates is the same one.
use rsa::signature::Verifier;

use crate::bindings::exports::wheeler::edge::crypto::Hash;
use crate::hash::hmac;
use crate::key::VerifyKey;

pub(crate) fn verify(key: &VerifyKey, data: &[u8], signature: &[u8]) -> bool {
    match key {
        VerifyKey::Hs256(secret) => is_same(&hmac(Hash::Sha256, secret, data), signature),
        VerifyKey::Hs512(secret) => is_same(&hmac(Hash::Sha512, secret, data), signature),
        VerifyKey::Rs256(key) => pkcs1v15::Signature::try_from(signature).is_ok_and(|signature| {
            pkcs1v15::VerifyingKey::<Sha256>::new(key.clone()).verify(data, &signature).is_ok()
        }),
        // r and s, 32 bytes each; all else is no signature of this algorithm.
        VerifyKey::Es256(key) => p256::ecdsa::Signature::from_slice(signature)
            .is_ok_and(|signature| key.verify(data, &signature).is_ok()),
    }
}

/// Takes as long wherever they differ.
fn is_same(wanted: &[u8], given: &[u8]) -> bool {
    wanted.len() == given.len()
        && std::hint::black_box(wanted.iter().zip(given).fold(0, |sum, (a, b)| sum | (a ^ b))) == 0
}
