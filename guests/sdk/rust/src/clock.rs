//! Clocks. They stand still between waits, so they cannot time the guest's own code; the
//! standard library's `SystemTime::now` and `Instant::now` panic on this target.
//!
//! Spec: wasi:clocks 0.2.

use std::time::{Duration, SystemTime};

use crate::platform;

/// The time of day.
pub fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + platform::since_epoch()
}

/// Time since some moment in the past; it never goes back.
pub fn monotonic() -> Duration {
    Duration::from_nanos(platform::monotonic_ns())
}
