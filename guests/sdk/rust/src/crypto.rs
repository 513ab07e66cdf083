//! Digests and signatures, computed by the host. All of these wait.
//!
//! Spec: abi/wit/crypto.wit.

use crate::platform;

pub use crate::platform::{Hash, KeyError, SignatureAlgorithm};

/// The digest of `data`.
pub fn digest(hash: Hash, data: impl AsRef<[u8]>) -> Vec<u8> {
    platform::digest(hash, data.as_ref())
}

/// The HMAC (RFC 2104) of `data`.
pub fn hmac(hash: Hash, key: impl AsRef<[u8]>, data: impl AsRef<[u8]>) -> Vec<u8> {
    platform::hmac(hash, key.as_ref(), data.as_ref())
}

/// A digest of data that comes in pieces.
#[derive(Debug)]
pub struct Digester(platform::Digester);

impl Digester {
    /// Begins a digest.
    pub fn new(hash: Hash) -> Digester {
        Digester(platform::Digester::new(hash))
    }

    /// Adds a piece.
    pub fn update(&mut self, data: impl AsRef<[u8]>) {
        self.0.update(data.as_ref());
    }

    /// The digest of all pieces.
    pub fn finish(self) -> Vec<u8> {
        platform::Digester::finish(self.0)
    }
}

/// A key to verify a signature with.
#[derive(Clone, Copy)]
pub enum Key<'a> {
    /// The secret of an HMAC.
    Raw(&'a [u8]),
    /// A public key as SubjectPublicKeyInfo (DER).
    Spki(&'a [u8]),
    /// A key as JSON Web Key (RFC 7517).
    Jwk(&'a str),
}

/// Whether `signature` is one of `data` by `key`, compared in constant time.
///
/// ```no_run
/// # use wheeler::crypto::{Key, KeyError, SignatureAlgorithm, verify};
/// # let (secret, signed, signature) = (b"", b"", b"");
/// if verify(SignatureAlgorithm::Hs256, Key::Raw(secret), signed, signature)? {
///     // it is genuine
/// }
/// # Ok::<(), KeyError>(())
/// ```
///
/// # Errors
/// [`KeyError::Invalid`] when the key does not parse or is too short, [`KeyError::Mismatch`]
/// when it is not one for this algorithm.
pub fn verify(
    algorithm: SignatureAlgorithm,
    key: Key<'_>,
    data: impl AsRef<[u8]>,
    signature: impl AsRef<[u8]>,
) -> Result<bool, KeyError> {
    platform::verify(algorithm, key, data.as_ref(), signature.as_ref())
}
