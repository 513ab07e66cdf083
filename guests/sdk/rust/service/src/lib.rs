//! Asynchronous handlers for `wasi:http/service` 0.3, which any host of it serves.
//!
//! ```ignore
//! use wheeler_service::{ErrorCode, Request, Response, handler, text};
//!
//! async fn handle(request: Request) -> Result<Response, ErrorCode> {
//!     let path = request.get_path_with_query().unwrap_or_default();
//!     Ok(text(200, format!("Hello from {path}\n")))
//! }
//!
//! handler!(handle);
//! ```
//!
//! Requests and responses are those of WASI itself. For everything that only wheeler has, and for
//! plain synchronous code, there is the crate `wheeler`.

#[allow(missing_docs, clippy::all)]
pub mod bindings;

#[path = "../../src/heap.rs"]
mod heap;

/// What `heap.rs` says where there is a log; here there is none.
#[cfg(all(target_family = "wasm", feature = "heap"))]
mod log {
    pub(crate) enum Level {
        Error,
    }
}

#[cfg(all(target_family = "wasm", feature = "heap"))]
mod platform {
    pub(crate) fn log(_: super::log::Level, _: &str) {}
}

use bindings::{wit_future, wit_stream};
use wit_bindgen::{StreamReader, StreamResult, StreamWriter};

pub use bindings::wasi::clocks::monotonic_clock;
pub use bindings::wasi::http::client::send;
pub use bindings::wasi::http::types::{
    ErrorCode, Fields, Method, Request, RequestOptions, Response, Scheme, StatusCode,
};
/// Goes on with a future while the handler answers, and after it.
pub use wit_bindgen::spawn_local as spawn;

/// The ends of a stream of bytes.
pub mod stream {
    pub use super::bindings::wit_stream::new;
    pub use wit_bindgen::{StreamReader as Reader, StreamResult as Outcome, StreamWriter as Writer};
}

/// Makes an `async fn(Request) -> Result<Response, ErrorCode>` the handler of this component.
#[macro_export]
macro_rules! handler {
    ($handle:path) => {
        const _: () = {
            struct Handler;
            impl $crate::bindings::exports::wasi::http::handler::Guest for Handler {
                async fn handle(request: $crate::Request) -> Result<$crate::Response, $crate::ErrorCode> {
                    $handle(request).await
                }
            }
            $crate::bindings::export!(Handler with_types_in $crate::bindings);
        };
    };
}

/// A response with this content, as UTF-8 text.
pub fn text(status: StatusCode, content: impl Into<String>) -> Response {
    let headers = Fields::new();
    let _ = headers.append("content-type", b"text/plain; charset=utf-8");
    let content = content.into().into_bytes();
    let _ = headers.append("content-length", content.len().to_string().as_bytes());
    let (mut writer, reader) = wit_stream::new();
    spawn(async move {
        writer.write_all(content).await;
    });
    respond(status, headers, Some(reader))
}

/// A response whose content is what `content` gives, with no trailers.
///
/// # Panics
///
/// When `status` is none from 100 to 599.
pub fn respond(status: StatusCode, headers: Fields, content: Option<StreamReader<u8>>) -> Response {
    let (trailers, none) = wit_future::new(|| Ok(None));
    drop(trailers);
    let (response, _sent) = Response::new(headers, content, none);
    response.set_status_code(status).expect("a status from 100 to 599");
    response
}

/// The request's content, to be read piece by piece.
pub fn body(request: Request) -> StreamReader<u8> {
    let (_, outcome) = wit_future::new(|| Ok(()));
    let (reader, _trailers) = Request::consume_body(request, outcome);
    reader
}

/// A memory that has not grown can be used again for the next request.
const PIECE_BYTES: usize = 8 * 1024;

/// Writes what `change` makes of each piece of `from`, until one of the sides ends.
pub async fn map(
    mut from: StreamReader<u8>,
    mut to: StreamWriter<u8>,
    mut change: impl FnMut(Vec<u8>) -> Vec<u8>,
) {
    loop {
        let (outcome, piece) = from.read(Vec::with_capacity(PIECE_BYTES)).await;
        if !matches!(outcome, StreamResult::Complete(_)) || !to.write_all(change(piece)).await.is_empty() {
            return;
        }
    }
}
