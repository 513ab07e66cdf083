//! What is known of the request beside its message: how it came in, and where its client is.
//!
//! Spec: abi/wit/request-info.wit.

use crate::platform;

pub use crate::platform::{Location, Transport};

/// Where the client is and in whose network, as far as the operator's databases know.
///
/// ```no_run
/// let location = wheeler::request_info::client_location();
/// if location.asn == Some(64500) {
///     // ...
/// }
/// ```
pub fn client_location() -> Location {
    platform::client_location()
}

/// How the request came in.
pub fn client_transport() -> Transport {
    platform::client_transport()
}
