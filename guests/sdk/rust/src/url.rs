//! URLs: the host's parser, and the few cuts that need none.
//!
//! Spec: abi/wit/url.wit; WHATWG URL "application/x-www-form-urlencoded parsing".

use std::borrow::Cow;

use crate::platform;

/// The parts of a URL, named as in the WHATWG URL standard.
pub use crate::platform::UrlParts as Url;

/// Parses `input`, relative to `base` when there is one. None when it is no URL.
pub fn parse(input: &str, base: Option<&str>) -> Option<Url> {
    platform::parse_url(input, base)
}

/// Path and query of an absolute URL: `/a?b=c` of `https://host/a?b=c#d`.
pub fn path_and_query(url: &str) -> &str {
    let url = url.split_once('#').map_or(url, |(before, _)| before);
    let authority = url.split_once(':').map_or(url, |(_, rest)| rest.trim_start_matches('/'));
    let path = authority.find(['/', '?']).unwrap_or(authority.len());
    authority.get(path..).filter(|path| !path.is_empty()).unwrap_or("/")
}

/// Names and values of a query, decoded as a form's.
///
/// ```
/// # use wheeler::url::query_pairs;
/// let pairs: Vec<_> = query_pairs("a=b+c&d=%41").collect();
/// assert_eq!(pairs, [("a".into(), "b c".into()), ("d".into(), "A".into())]);
/// ```
pub fn query_pairs(query: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (form_decoded(name), form_decoded(value))
    })
}

fn form_decoded(text: &str) -> Cow<'_, str> {
    if !text.contains(['+', '%']) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = if first == b'%' { after.first_chunk().and_then(hex_pair) } else { None };
        bytes.push(match (first, escaped) {
            (b'+', _) => b' ',
            (_, Some(byte)) => byte,
            _ => first,
        });
        rest = if escaped.is_some() { &after[2..] } else { after };
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}

fn hex_pair(&[high, low]: &[u8; 2]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    Some((digit(high)? * 16 + digit(low)?) as u8)
}
