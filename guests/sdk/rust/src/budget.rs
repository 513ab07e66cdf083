//! What is left of this request's budget.
//!
//! Spec: abi/wit/config.wit "budget".

use std::time::Duration;

use crate::platform;

/// CPU time, in steps of 1 ms, as of the last wait: it is not a clock.
pub fn cpu_left() -> Duration {
    Duration::from_millis(platform::cpu_ms_left().into())
}

/// How many more requests to other servers may be started.
pub fn fetches_left() -> u32 {
    platform::fetches_left()
}
