//! An incoming request of `wasi:http` as the record that a handler gets.

use url::Url;

use crate::bindings::exports::wheeler::edge::http::{Client, Header, Request};
use crate::bindings::wasi::http::types::{IncomingRequest, Method, Scheme};
use crate::bindings::wasi::random::random::get_random_u64;
use crate::headers::from_fields;
use crate::source::{Body, Source};

pub(crate) fn record_of(request: IncomingRequest) -> Request {
    let mut headers = from_fields(&request.headers());
    let host = headers.iter().find(|header| header.name == "host").map(|header| header.value.clone());
    let authority = request.authority().or(host.clone()).unwrap_or_else(|| "localhost".to_owned());
    if host.is_none() {
        // Some hosts take it for their own.
        headers.insert(0, Header { name: "host".to_owned(), value: authority.clone() });
    }
    let method = method_name(request.method());
    let length = headers.iter().find(|header| header.name == "content-length");
    let length = length.map(|header| header.value.trim().to_owned());
    Request {
        url: url_of(request.scheme(), &authority, request.path_with_query().as_deref().unwrap_or("/")),
        body: body_of(&request, &method, length.as_deref()),
        method,
        headers,
        // Nothing of it is in `wasi:http`.
        client: Client { address: String::new(), country: None, region: None },
        id: format!("{:016x}{:08x}", get_random_u64(), get_random_u64() as u32),
    }
}

/// As the URL standard serialises it; as it came, where that has no such form.
fn url_of(scheme: Option<Scheme>, authority: &str, path: &str) -> String {
    let scheme = match scheme {
        Some(Scheme::Https) => "https",
        _ => "http",
    };
    let path = if path.starts_with('/') { path } else { "/" };
    let text = format!("{scheme}://{authority}{path}");
    Url::parse(&text).map_or(text, String::from)
}

/// `wasi:http` does not say whether there is a body. A length does; without one it may come in chunks.
fn body_of(
    request: &IncomingRequest,
    method: &str,
    length: Option<&str>,
) -> Option<crate::bindings::exports::wheeler::edge::http::Body> {
    let rarely = matches!(method, "GET" | "HEAD" | "OPTIONS" | "DELETE");
    if length == Some("0") || (length.is_none() && rarely) {
        return None;
    }
    let mut source = Source::incoming(request.consume().ok()?);
    if length.is_none() && source.is_empty() { None } else { Some(Body::of(source)) }
}

fn method_name(method: Method) -> String {
    let name = match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Connect => "CONNECT",
        Method::Options => "OPTIONS",
        Method::Trace => "TRACE",
        Method::Patch => "PATCH",
        Method::Other(name) => return name,
    };
    name.to_owned()
}
