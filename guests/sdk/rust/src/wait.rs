//! Waiting for the first of several things, with or without a deadline, and for time.
//!
//! Spec: abi/wit/wait.wit.

use std::time::Duration;

use crate::platform;
use crate::{Body, BodyWriter, Pending};

/// What can be waited for.
#[derive(Clone, Copy, Debug)]
pub enum Waitable<'a> {
    /// [`Pending::take`] would not wait.
    Response(&'a Pending),
    /// [`Body::chunk`] would not wait.
    Readable(&'a Body),
    /// [`BodyWriter::send`] would not wait.
    Writable(&'a BodyWriter),
}

impl<'a> From<&'a Pending> for Waitable<'a> {
    fn from(pending: &'a Pending) -> Waitable<'a> {
        Waitable::Response(pending)
    }
}

impl<'a> From<&'a Body> for Waitable<'a> {
    fn from(body: &'a Body) -> Waitable<'a> {
        Waitable::Readable(body)
    }
}

impl<'a> From<&'a BodyWriter> for Waitable<'a> {
    fn from(writer: &'a BodyWriter) -> Waitable<'a> {
        Waitable::Writable(writer)
    }
}

/// The index of the first in `among` that is ready; none when `timeout` has passed. Waits.
/// What has failed is ready. This is also the deadline for any other wait: ask here first.
///
/// ```no_run
/// # use std::time::Duration;
/// # use wheeler::{Error, Pending, wait_any};
/// let mut servers = vec![Pending::start("https://a.example/"), Pending::start("https://b.example/")];
/// let among: Vec<_> = servers.iter().map(Into::into).collect();
/// if let Some(first) = wait_any(&among, Some(Duration::from_secs(1))) {
///     let response = servers.swap_remove(first).take()?;
///     drop(servers); // aborts the other one
/// }
/// # Ok::<(), Error>(())
/// ```
pub fn wait_any(among: &[Waitable<'_>], timeout: Option<Duration>) -> Option<usize> {
    // Bytes at hand are no stream of the host's, and always ready.
    let ready = |one: &Waitable<'_>| matches!(one, Waitable::Readable(body) if body.source().is_none());
    among.iter().position(ready).or_else(|| platform::wait_any(among, timeout.map(milliseconds)))
}

/// Waits that long, in steps of a millisecond.
pub fn sleep(duration: Duration) {
    platform::sleep(milliseconds(duration));
}

/// Rounded up, so that nothing ends early; 49 days at most.
pub(crate) fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_micros().div_ceil(1000)).unwrap_or(u32::MAX)
}
