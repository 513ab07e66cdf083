//! One request to one server: the first, or what a redirect made of it. Pure.
//! Spec: WHATWG Fetch, "HTTP-redirect fetch"; abi/wit/fetch.wit.

use url::Url;

use crate::bindings::exports::wheeler::edge::fetch::Redirect;
use crate::error::{Error, ErrorCode, error, invalid};
use crate::headers::{Line, is_token, value_of};

pub(crate) const REDIRECTS_MAX: u32 = 20;
const URL_BYTES_MAX: usize = 16 * 1024;

const CREDENTIALS: [&str; 3] = ["authorization", "cookie", "proxy-authorization"];
const OF_CONTENT: [&str; 4] = ["content-encoding", "content-language", "content-location", "content-type"];
/// The host's own in a request.
const OF_HOST: [&str; 2] = ["host", "expect"];

pub(crate) struct Hop {
    pub(crate) method: String,
    pub(crate) url: Url,
    pub(crate) headers: Vec<Line>,
    pub(crate) content: HopContent,
}

pub(crate) enum HopContent {
    Empty,
    Bytes(Vec<u8>),
    /// Gone with the first hop.
    Stream,
}

pub(crate) fn first_hop(
    method: String,
    url: &str,
    headers: Vec<Line>,
    content: HopContent,
) -> Result<Hop, Error> {
    if !is_token(&method) {
        return Err(invalid(format!("The method {method:?} is no token")));
    }
    if ["CONNECT", "TRACE", "TRACK"].contains(&method.to_ascii_uppercase().as_str()) {
        return Err(invalid(format!("The method {method} is not allowed")));
    }
    let Ok(mut url) = Url::parse(url) else {
        return Err(invalid(format!("The URL {url:?} does not parse as an absolute URL")));
    };
    if !is_http(&url) {
        return Err(invalid(format!("The URL {:?} is not http or https", url.as_str())));
    }
    if has_credentials(&url) {
        return Err(invalid("The URL has credentials in it; send them in an authorization header"));
    }
    url.set_fragment(None);
    if url.as_str().len() > URL_BYTES_MAX {
        let message = format!("The URL is longer than the {URL_BYTES_MAX} bytes allowed");
        return Err(error(ErrorCode::TooLarge, message));
    }
    let is_stream = matches!(content, HopContent::Stream);
    let headers = headers
        .into_iter()
        .filter(|(name, _)| !OF_HOST.contains(&name.as_str()) && (is_stream || name != "content-length"))
        .collect();
    Ok(Hop { method, url, headers, content })
}

/// Where an answer leads; none when it is the answer.
pub(crate) fn next_hop(
    hop: &mut Hop,
    mode: Redirect,
    status: u16,
    headers: &[Line],
    followed: u32,
) -> Result<Option<Hop>, Error> {
    if matches!(mode, Redirect::Manual) || ![301, 302, 303, 307, 308].contains(&status) {
        return Ok(None);
    }
    let origin = hop.url.origin();
    let from = origin.ascii_serialization();
    if matches!(mode, Redirect::Error) {
        return Err(refused(format!("{from} answered with a redirect ({status})")));
    }
    let Some(location) = value_of(headers, "location") else { return Ok(None) };
    let url = location_url(location, &hop.url, &from)?;
    if followed == REDIRECTS_MAX {
        return Err(refused(format!("More than {REDIRECTS_MAX} redirects")));
    }
    let becomes_get = match status {
        303 => hop.method != "GET" && hop.method != "HEAD",
        301 | 302 => hop.method == "POST",
        _ => false,
    };
    let leaves = url.origin() != origin;
    let mut headers = std::mem::take(&mut hop.headers);
    headers.retain(|(name, _)| {
        let name = name.as_str();
        !(leaves && CREDENTIALS.contains(&name) || becomes_get && OF_CONTENT.contains(&name))
    });
    if becomes_get {
        headers.retain(|(name, _)| name != "content-length");
        return Ok(Some(Hop { method: "GET".to_owned(), url, headers, content: HopContent::Empty }));
    }
    let content = match std::mem::replace(&mut hop.content, HopContent::Empty) {
        HopContent::Stream => {
            let message =
                format!("{from} answered with a redirect ({status}), and a stream cannot be sent twice");
            return Err(refused(message));
        }
        content => content,
    };
    Ok(Some(Hop { method: hop.method.clone(), url, headers, content }))
}

fn location_url(location: &[u8], base: &Url, from: &str) -> Result<Url, Error> {
    let Ok(mut url) = base.join(&String::from_utf8_lossy(location)) else {
        return Err(error(ErrorCode::ProtocolViolated, format!("{from} redirects to what is no URL")));
    };
    if !is_http(&url) {
        return Err(refused(format!("{from} redirects to {}:, which is not http or https", url.scheme())));
    }
    if has_credentials(&url) {
        return Err(refused(format!("{from} redirects to a URL with credentials in it")));
    }
    url.set_fragment(None);
    Ok(url)
}

fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

fn has_credentials(url: &Url) -> bool {
    !url.username().is_empty() || url.password().is_some()
}

fn refused(message: String) -> Error {
    error(ErrorCode::RedirectRefused, message)
}
