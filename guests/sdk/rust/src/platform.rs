//! All calls to the host, in the crate's own words. No other module uses the generated
//! bindings, so that a handler can be built for another interface by another file like this.
//!
//! Spec: abi/wit.

use std::time::Duration;

use crate::bindings::wasi::{clocks, random};
use crate::bindings::wheeler::edge::{self, http};
use crate::crypto::Key;
use crate::{Body, Error, HeaderMap, Method, Request, Response, StatusCode, Waitable, wait};

pub(crate) use edge::crypto::Digester;
pub(crate) use edge::fetch::Pending as PendingFetch;
pub(crate) use http::{
    Body as Source, BodyWriter as Sink, Content, Header as HeaderLine, Request as IncomingRequest, pipe,
};

pub use edge::crypto::{Hash, KeyError, SignatureAlgorithm};
pub use edge::fetch::Redirect;
pub use edge::log::Level;
pub use edge::request_info::{Location, Transport};
pub use edge::url::Parts as UrlParts;
pub use http::{Client, ErrorCode};

pub(crate) use edge::budget::{cpu_ms_left, fetches_left};
pub(crate) use edge::config::{secret, variable};
pub(crate) use edge::crypto::{digest, hmac};
pub(crate) use edge::log::log;
pub(crate) use edge::request_info::{client_location, client_transport};
pub(crate) use edge::url::parse as parse_url;
pub(crate) use edge::wait::sleep;

pub(crate) use clocks::monotonic_clock::now as monotonic_ns;
pub(crate) use random::random::{get_random_bytes as random_bytes, get_random_u64 as random_u64};

impl From<http::Error> for Error {
    fn from(error: http::Error) -> Error {
        Error::new(error.code, error.message)
    }
}

pub(crate) fn receive(request: IncomingRequest) -> Request {
    let mut received = Request::new(Method::received(request.method), request.url);
    received.headers = HeaderMap::from_lines(request.headers);
    received.body = request.body.map(Body::received).unwrap_or_default();
    received.client = request.client;
    received.id = request.id;
    received
}

pub(crate) fn respond(response: Response) -> Result<(), Error> {
    let response = http::Response {
        status: response.status.as_u16(),
        headers: response.headers.into_lines(),
        content: response.body.into_content(),
    };
    Ok(http::respond(response)?)
}

pub(crate) fn fetch(request: Request) -> Result<Response, Error> {
    Ok(fetched(edge::fetch::fetch(outgoing(request))?))
}

pub(crate) fn start(request: Request) -> PendingFetch {
    PendingFetch::start(outgoing(request))
}

pub(crate) fn take(pending: PendingFetch) -> Result<Response, Error> {
    Ok(fetched(PendingFetch::take(pending)?))
}

fn outgoing(request: Request) -> edge::fetch::FetchRequest {
    edge::fetch::FetchRequest {
        method: request.method.into_string(),
        url: request.url,
        headers: request.headers.into_lines(),
        content: request.body.into_content(),
        redirect: request.redirect,
        timeout_ms: request.timeout.map(wait::milliseconds),
    }
}

fn fetched(response: edge::fetch::FetchResponse) -> Response {
    Response {
        status: StatusCode::received(response.status),
        headers: HeaderMap::from_lines(response.headers),
        body: Body::received(response.body),
        url: Some(response.url),
    }
}

/// `among` has no body that is not a stream.
pub(crate) fn wait_any(among: &[Waitable<'_>], timeout_ms: Option<u32>) -> Option<usize> {
    let among: Vec<_> = among
        .iter()
        .map(|one| match one {
            Waitable::Response(pending) => edge::wait::Waitable::Response(pending.handle()),
            Waitable::Readable(body) => edge::wait::Waitable::Readable(body.source().expect("a stream")),
            Waitable::Writable(writer) => edge::wait::Waitable::Writable(writer.sink()),
        })
        .collect();
    edge::wait::any(&among, timeout_ms).map(|index| index as usize)
}

pub(crate) fn verify(
    algorithm: SignatureAlgorithm,
    key: Key<'_>,
    data: &[u8],
    signature: &[u8],
) -> Result<bool, KeyError> {
    let key = match key {
        Key::Raw(bytes) => edge::crypto::Key::Raw(bytes.to_vec()),
        Key::Spki(bytes) => edge::crypto::Key::Spki(bytes.to_vec()),
        Key::Jwk(text) => edge::crypto::Key::Jwk(text.to_owned()),
    };
    edge::crypto::verify(algorithm, &key, data, signature)
}

pub(crate) fn since_epoch() -> Duration {
    let now = clocks::wall_clock::now();
    Duration::new(now.seconds, now.nanoseconds)
}
