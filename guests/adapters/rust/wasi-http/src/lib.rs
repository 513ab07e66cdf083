//! The interfaces of `wheeler:edge` on top of `wasi:http`: what stands between a handler of our SDKs
//! and a host that knows only the standard. Composed around the handler's component when it is built
//! for `wasi:http/proxy`.
//!
//! A host may serve many requests with one instance, one after the other; `exchange.begin` forgets all
//! that the one before has left.

#[allow(missing_docs, clippy::all, unused_braces)]
mod bindings;

#[path = "../../../../sdk/rust/src/heap.rs"]
mod heap;

mod error;
mod exchange;
mod fetch;
mod headers;
mod hop;
mod log;
mod pipe;
mod platform;
mod request;
mod respond;
mod source;
mod transfer;
mod url;
mod waiting;

struct Adapter;

bindings::export!(Adapter with_types_in bindings);
