//! What a handler returns, and what stands between the host's call and the handler.
//!
//! Spec: abi/wit/world.wit "handler".

use std::fmt::Display;
use std::panic;

use crate::log::Level;
use crate::platform;
use crate::{Request, Response, StatusCode, log, respond};

/// What a handler may return.
///
/// - [`Response`]: the answer.
/// - `()`: the handler has called [`respond`] or [`Response::stream`] itself.
/// - `Result<A, E>` with either as `A`: an error is written to the log at level error, and
///   answered with status 500, unless the handler had answered before. What went wrong is not
///   told to the client.
pub trait Answer {
    /// Sends the answer.
    #[doc(hidden)]
    fn give(self);
}

impl Answer for () {
    fn give(self) {}
}

impl Answer for Response {
    fn give(self) {
        if let Err(error) = respond(self) {
            panic!("The response was not accepted: {error}");
        }
    }
}

impl<A: Answer, E: Display> Answer for Result<A, E> {
    fn give(self) {
        match self {
            Ok(answer) => answer.give(),
            Err(error) => {
                log::error!("{error}");
                let mut response = Response::text("The app failed\n");
                response.set_status(StatusCode::INTERNAL_SERVER_ERROR);
                // Refused only when the handler has answered already; then that answer counts.
                let _ = respond(response);
            }
        }
    }
}

/// Runs one request through `handler`.
#[doc(hidden)]
pub fn run<A: Answer>(request: platform::IncomingRequest, handler: fn(Request) -> A) {
    panic::set_hook(Box::new(report));
    handler(platform::receive(request)).give();
}

/// Writes a panic to the log. The trap that follows ends the request.
fn report(info: &panic::PanicHookInfo<'_>) {
    let message = info.payload_as_str().unwrap_or("a value that is no text");
    match info.location() {
        Some(location) => log::write(Level::Error, format_args!("Panicked at {location}: {message}")),
        None => log::write(Level::Error, format_args!("Panicked: {message}")),
    }
}
