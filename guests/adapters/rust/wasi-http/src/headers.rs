//! The rules for headers that a handler gives and gets: those of `wheeler:edge`, which are the host's own
//! there. Values are strings in which each character is one byte.

use crate::bindings::exports::wheeler::edge::http::Header;
use crate::bindings::wasi::http::types::Fields;
use crate::error::{Error, ErrorCode, error, invalid};

const HEADERS_MAX: usize = 256;
const HEADER_BYTES_MAX: usize = 64 * 1024;

/// The host's in both directions.
const OF_CONNECTION: [&str; 7] =
    ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/// Not allowed in trailers: RFC 9110, section 6.5.1.
const NO_TRAILERS: [&str; 9] = [
    "authorization",
    "cache-control",
    "content-encoding",
    "content-length",
    "content-range",
    "content-type",
    "cookie",
    "host",
    "set-cookie",
];

/// A checked line: a name in lower case, and a value without padding.
pub(crate) type Line = (String, Vec<u8>);

/// Lines as a handler gave them, without those of the connection.
pub(crate) fn checked(headers: Vec<Header>) -> Result<Vec<Line>, Error> {
    if headers.len() > HEADERS_MAX {
        let message = format!("Too many headers: {}, limit {HEADERS_MAX}", headers.len());
        return Err(error(ErrorCode::TooLarge, message));
    }
    let lines = headers.into_iter().map(checked_line).collect::<Result<Vec<Line>, Error>>()?;
    let bytes: usize = lines.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > HEADER_BYTES_MAX {
        let message = format!("Headers are too large: {bytes} bytes, limit {HEADER_BYTES_MAX}");
        return Err(error(ErrorCode::TooLarge, message));
    }
    Ok(lines.into_iter().filter(|(name, _)| !is_of_connection(name)).collect())
}

/// The same for trailers, of which fewer names are allowed.
pub(crate) fn checked_trailers(trailers: Vec<Header>) -> Result<Vec<Line>, Error> {
    let lines = checked(trailers)?;
    match lines.iter().find(|(name, _)| NO_TRAILERS.contains(&name.as_str())) {
        Some((name, _)) => Err(invalid(format!("Not allowed as a trailer: {name}"))),
        None => Ok(lines),
    }
}

pub(crate) fn to_fields(lines: &[Line]) -> Result<Fields, Error> {
    Fields::from_list(lines).map_err(|failure| invalid(format!("The host refuses the headers: {failure:?}")))
}

/// Lines as a host gave them, for the handler.
pub(crate) fn from_fields(fields: &Fields) -> Vec<Header> {
    fields
        .entries()
        .into_iter()
        .map(|(name, value)| Header { name: name.to_ascii_lowercase(), value: latin1(&value) })
        .filter(|header| !is_of_connection(&header.name))
        .collect()
}

pub(crate) fn value_of<'a>(lines: &'a [Line], name: &str) -> Option<&'a [u8]> {
    lines.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_slice())
}

pub(crate) fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

pub(crate) fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

fn is_of_connection(name: &str) -> bool {
    OF_CONNECTION.contains(&name)
}

fn checked_line(Header { name, value }: Header) -> Result<Line, Error> {
    if !is_token(&name) {
        return Err(invalid(format!("Not a header name: {name:?}")));
    }
    let bytes = value
        .trim_matches(['\t', '\r', '\n', ' '])
        .chars()
        .map(|character| match character {
            '\0' | '\r' | '\n' => None,
            _ => u8::try_from(u32::from(character)).ok(),
        })
        .collect::<Option<Vec<u8>>>();
    match bytes {
        Some(bytes) => Ok((name.to_ascii_lowercase(), bytes)),
        None => Err(invalid(format!(
            "Not a header value: that of {name} has a line break, NUL or a character above U+00FF"
        ))),
    }
}
