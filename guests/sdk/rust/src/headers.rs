//! Header lines with the semantics of WHATWG Fetch: names compared without regard to case,
//! values normalised, and combined with ", " on reading, except those of `set-cookie`.
//!
//! Kept as the lines that cross to the host, in their order, so that handing them on costs
//! nothing. A request has a dozen or two, so looking one up is a scan.
//! Spec: WHATWG Fetch "Headers class"; abi/wit/http.wit "header".

use std::borrow::Cow;
use std::fmt;

use crate::Error;
use crate::platform::HeaderLine;

/// The headers of a request or a response.
///
/// Values are byte strings: each character, up to U+00FF, stands for one byte.
///
/// ```
/// # use wheeler::{Error, HeaderMap};
/// let mut headers = HeaderMap::new();
/// headers.append("Accept", "text/html")?;
/// headers.append("accept", "text/plain")?;
/// assert_eq!(headers.get("ACCEPT").as_deref(), Some("text/html, text/plain"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Default)]
pub struct HeaderMap {
    lines: Vec<HeaderLine>,
}

impl HeaderMap {
    /// No headers.
    pub const fn new() -> HeaderMap {
        HeaderMap { lines: Vec::new() }
    }

    pub(crate) fn from_lines(lines: Vec<HeaderLine>) -> HeaderMap {
        HeaderMap { lines }
    }

    /// One line, which is known to be valid.
    pub(crate) fn of(name: &str, value: &str) -> HeaderMap {
        HeaderMap { lines: vec![HeaderLine { name: name.to_owned(), value: value.to_owned() }] }
    }

    pub(crate) fn into_lines(self) -> Vec<HeaderLine> {
        self.lines
    }

    /// All values of `name`, combined with ", ". For `set-cookie`, whose values cannot be
    /// combined, see [`get_all`](Self::get_all).
    pub fn get(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut values = self.get_all(name);
        let first = values.next()?;
        let Some(second) = values.next() else {
            return Some(Cow::Borrowed(first));
        };
        let mut combined = [first, second].join(", ");
        for value in values {
            combined.push_str(", ");
            combined.push_str(value);
        }
        Some(Cow::Owned(combined))
    }

    /// The values of `name`, one for each line.
    pub fn get_all<'a, 'name>(&'a self, name: &'name str) -> impl Iterator<Item = &'a str> + use<'a, 'name> {
        self.iter().filter(move |(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether there is a line of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.get_all(name).next().is_some()
    }

    /// Makes `value` the only one of `name`, in the place of the first line if there is one.
    ///
    /// # Errors
    /// [`Invalid`](crate::ErrorCode::Invalid) when `name` is no token, or `value` has a line
    /// break, a NUL or a character above U+00FF.
    pub fn insert(&mut self, name: &str, value: impl Into<String>) -> Result<(), Error> {
        let line = checked(name, value.into())?;
        let first = self.lines.iter().position(|old| old.name == line.name).unwrap_or(self.lines.len());
        self.lines.retain(|old| old.name != line.name);
        self.lines.insert(first, line);
        Ok(())
    }

    /// Adds a line.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub fn append(&mut self, name: &str, value: impl Into<String>) -> Result<(), Error> {
        self.lines.push(checked(name, value.into())?);
        Ok(())
    }

    /// Removes all lines of `name`; whether there were any.
    pub fn remove(&mut self, name: &str) -> bool {
        let count = self.lines.len();
        self.lines.retain(|line| !line.name.eq_ignore_ascii_case(name));
        self.lines.len() < count
    }

    /// The lines, in their order: name in lower case, and value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.iter().map(|line| (line.name.as_str(), line.value.as_str()))
    }

    /// Each name once, in the order in which it is first met.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let is_first = |index: usize, name: &str| !self.lines[..index].iter().any(|line| line.name == name);
        self.iter()
            .enumerate()
            .filter(move |(index, (name, _))| is_first(*index, name))
            .map(|(_, (name, _))| name)
    }

    /// How many lines there are; a name can have more than one.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

impl fmt::Debug for HeaderMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

fn checked(name: &str, value: String) -> Result<HeaderLine, Error> {
    if name.is_empty() || !name.bytes().all(is_token) {
        return Err(Error::invalid(format!("The header name \"{name}\" is not a token")));
    }
    let value = normalised(value);
    if value.chars().any(|c| matches!(c, '\0' | '\r' | '\n' | '\u{100}'..)) {
        return Err(Error::invalid(format!(
            "The value of the header {name} has a line break, a NUL or a character above U+00FF"
        )));
    }
    Ok(HeaderLine { name: name.to_ascii_lowercase(), value })
}

/// RFC 9110, 5.6.2.
pub(crate) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Without HTTP whitespace at its ends.
fn normalised(value: String) -> String {
    let trimmed = value.trim_matches([' ', '\t', '\r', '\n']);
    if trimmed.len() == value.len() { value } else { trimmed.to_owned() }
}
