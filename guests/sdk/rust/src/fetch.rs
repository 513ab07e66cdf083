//! Requests to other servers.
//!
//! Spec: abi/wit/fetch.wit.

use std::fmt;

use crate::platform::{self, PendingFetch};
use crate::{Error, Request, Response};

pub use crate::platform::Redirect;

/// Sends a request, or gets a URL. Waits for the head of the response.
///
/// What may be reached is granted to the app by its operator: nothing by default.
///
/// ```no_run
/// # use wheeler::{Error, fetch};
/// let text = fetch("https://example.com/")?.into_body().text()?;
/// # Ok::<(), Error>(())
/// ```
///
/// # Errors
/// Any [`ErrorCode`](crate::ErrorCode) but `AlreadyResponded`. A response with an error status
/// is no error.
pub fn fetch(request: impl Into<Request>) -> Result<Response, Error> {
    platform::fetch(request.into())
}

/// A request under way. Several can be started, [`wait_any`](crate::wait_any) tells which one
/// is ready, and dropping one aborts it.
pub struct Pending(PendingFetch);

impl Pending {
    /// Starts a request. Does not wait. Whatever fails, fails in [`take`](Self::take).
    pub fn start(request: impl Into<Request>) -> Pending {
        Pending(platform::start(request.into()))
    }

    /// The response. Waits until its head is there.
    ///
    /// # Errors
    /// Those of [`fetch`].
    pub fn take(self) -> Result<Response, Error> {
        platform::take(self.0)
    }

    pub(crate) fn handle(&self) -> &PendingFetch {
        &self.0
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}
