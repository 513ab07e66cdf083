//! HTTP handlers in Rust for wheeler. A handler is one function:
//!
//! ```no_run
//! use wheeler::{Request, Response};
//!
//! #[wheeler::handler]
//! fn handle(request: Request) -> Response {
//!     Response::text(format!("Hello from {}\n", request.path()))
//! }
//! ```
//!
//! Every request runs in fresh state: nothing that an earlier one wrote is visible. Code is
//! plain and synchronous; where it waits, for [`fetch`], a body or [`sleep`], the host suspends
//! it, and waiting costs no CPU time. A panic is written to the app's log and ends the request.
//!
//! A body that the handler does not look at is handed on inside the host, at no cost:
//!
//! ```no_run
//! use wheeler::{Error, Redirect, Request, Response, fetch};
//!
//! #[wheeler::handler]
//! fn handle(mut request: Request) -> Result<Response, Error> {
//!     request.set_url(format!("https://origin.example{}", request.path_and_query()));
//!     request.set_redirect(Redirect::Manual);
//!     let mut response = fetch(request)?;
//!     response.headers_mut().insert("x-frame-options", "SAMEORIGIN")?;
//!     Ok(response)
//! }
//! ```

mod answer;
mod body;
mod error;
mod fetch;
mod headers;
mod heap;
mod method;
mod pipe;
mod platform;
mod request;
mod response;
mod status;
mod wait;

pub mod budget;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod log;
pub mod random;
pub mod request_info;
pub mod url;

#[allow(missing_docs, clippy::all)]
#[doc(hidden)]
pub mod bindings;

pub use answer::Answer;
pub use body::Body;
pub use error::{Error, ErrorCode};
pub use fetch::{Pending, Redirect, fetch};
pub use headers::HeaderMap;
pub use method::Method;
pub use pipe::{BodyWriter, pipe};
pub use request::{Client, Request, RequestBuilder};
pub use response::{Response, ResponseBuilder, respond};
pub use status::StatusCode;
pub use wait::{Waitable, sleep, wait_any};
pub use wheeler_macros::handler;

/// What the attribute [`handler`] expands to; not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::answer::run;
    pub use crate::bindings::{
        self, export, exports::wheeler::edge::handler::Guest, wheeler::edge::http::Request as Incoming,
    };
}
