//! What `heap.rs` of the SDK expects of its crate.

#[cfg(all(target_family = "wasm", feature = "heap"))]
pub(crate) use crate::log::write as log;
