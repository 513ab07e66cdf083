//! Random numbers from the host's cryptographically strong source, fresh in every request.
//!
//! Spec: wasi:random 0.2.

use crate::platform;

/// So many random bytes.
pub fn bytes(count: usize) -> Vec<u8> {
    platform::random_bytes(count as u64)
}

/// A random number.
pub fn u64() -> u64 {
    platform::random_u64()
}
