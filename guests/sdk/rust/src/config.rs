//! What the operator configured for this app.
//!
//! Spec: abi/wit/config.wit "config".

use crate::platform;

/// A variable by name; none when the app has none of this name.
pub fn variable(name: &str) -> Option<String> {
    platform::variable(name)
}

/// A secret by name; none when it was not granted to this app.
pub fn secret(name: &str) -> Option<String> {
    platform::secret(name)
}
