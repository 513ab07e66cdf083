//! Digests and signatures, computed in the component itself: what a handler of `wheeler:edge` imports where
//! only `wasi:http` is served. Imports nothing.

#[allow(missing_docs, clippy::all, unused_braces)]
mod bindings;

#[path = "../../../../sdk/rust/src/heap.rs"]
mod heap;

mod hash;
mod key;
mod verify;

/// What `heap.rs` says where there is a log; here there is none.
#[cfg(all(target_family = "wasm", feature = "heap"))]
mod log {
    pub(crate) enum Level {
        Error,
    }
}

#[cfg(all(target_family = "wasm", feature = "heap"))]
mod platform {
    pub(crate) fn log(_: super::log::Level, _: &str) {}
}

use bindings::exports::wheeler::edge::crypto::{Guest, Hash, Key, KeyError, SignatureAlgorithm};

struct Adapter;

impl Guest for Adapter {
    type Digester = hash::Digester;

    fn digest(hash: Hash, data: Vec<u8>) -> Vec<u8> {
        hash::digest(hash, &data)
    }

    fn hmac(hash: Hash, key: Vec<u8>, data: Vec<u8>) -> Vec<u8> {
        hash::hmac(hash, &key, &data)
    }

    fn verify(
        algorithm: SignatureAlgorithm,
        key: Key,
        data: Vec<u8>,
        signature: Vec<u8>,
    ) -> Result<bool, KeyError> {
        Ok(verify::verify(&key::key_for(algorithm, key)?, &data, &signature))
    }
}

bindings::export!(Adapter with_types_in bindings);
