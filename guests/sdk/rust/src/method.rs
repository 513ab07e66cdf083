//! Request methods.

use std::borrow::Cow;
use std::fmt;

use crate::Error;
use crate::headers::is_token;

/// A request method. Methods are case-sensitive.
///
/// ```
/// # use wheeler::Method;
/// assert!(Method::GET == "GET");
/// assert_eq!(Method::try_from("PURGE").unwrap().as_str(), "PURGE");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Method(Cow<'static, str>);

impl Method {
    /// `GET`
    pub const GET: Method = Method(Cow::Borrowed("GET"));
    /// `HEAD`
    pub const HEAD: Method = Method(Cow::Borrowed("HEAD"));
    /// `POST`
    pub const POST: Method = Method(Cow::Borrowed("POST"));
    /// `PUT`
    pub const PUT: Method = Method(Cow::Borrowed("PUT"));
    /// `PATCH`
    pub const PATCH: Method = Method(Cow::Borrowed("PATCH"));
    /// `DELETE`
    pub const DELETE: Method = Method(Cow::Borrowed("DELETE"));
    /// `OPTIONS`
    pub const OPTIONS: Method = Method(Cow::Borrowed("OPTIONS"));

    /// The method's name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn received(name: String) -> Method {
        Method(Cow::Owned(name))
    }

    pub(crate) fn into_string(self) -> String {
        self.0.into_owned()
    }
}

/// # Errors
/// [`Invalid`](crate::ErrorCode::Invalid) when the name is no token.
impl TryFrom<&str> for Method {
    type Error = Error;

    fn try_from(name: &str) -> Result<Method, Error> {
        if name.is_empty() || !name.bytes().all(is_token) {
            return Err(Error::invalid(format!("The method \"{name}\" is not a token")));
        }
        Ok(Method(Cow::Owned(name.to_owned())))
    }
}

impl PartialEq<str> for Method {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Method {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
