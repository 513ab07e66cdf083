//! Status codes of responses.

use std::fmt;

use crate::Error;

/// A status that a response can have: 200 to 599.
///
/// ```
/// # use wheeler::StatusCode;
/// assert_eq!(StatusCode::NOT_FOUND.as_u16(), 404);
/// assert!(StatusCode::try_from(99).is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusCode(u16);

macro_rules! statuses {
    ($($code:literal $name:ident)*) => {
        impl StatusCode {
            $(
                #[doc = stringify!($code)]
                pub const $name: StatusCode = StatusCode($code);
            )*
        }
    };
}

statuses! {
    200 OK
    201 CREATED
    202 ACCEPTED
    204 NO_CONTENT
    206 PARTIAL_CONTENT
    301 MOVED_PERMANENTLY
    302 FOUND
    303 SEE_OTHER
    304 NOT_MODIFIED
    307 TEMPORARY_REDIRECT
    308 PERMANENT_REDIRECT
    400 BAD_REQUEST
    401 UNAUTHORIZED
    403 FORBIDDEN
    404 NOT_FOUND
    405 METHOD_NOT_ALLOWED
    406 NOT_ACCEPTABLE
    408 REQUEST_TIMEOUT
    409 CONFLICT
    410 GONE
    411 LENGTH_REQUIRED
    412 PRECONDITION_FAILED
    413 PAYLOAD_TOO_LARGE
    415 UNSUPPORTED_MEDIA_TYPE
    416 RANGE_NOT_SATISFIABLE
    422 UNPROCESSABLE_ENTITY
    429 TOO_MANY_REQUESTS
    500 INTERNAL_SERVER_ERROR
    501 NOT_IMPLEMENTED
    502 BAD_GATEWAY
    503 SERVICE_UNAVAILABLE
    504 GATEWAY_TIMEOUT
}

impl StatusCode {
    /// The number.
    pub fn as_u16(self) -> u16 {
        self.0
    }

    pub(crate) fn received(code: u16) -> StatusCode {
        StatusCode(code)
    }

    /// 200 to 299.
    pub fn is_success(self) -> bool {
        self.0 / 100 == 2
    }

    /// 300 to 399.
    pub fn is_redirection(self) -> bool {
        self.0 / 100 == 3
    }

    /// 400 to 499.
    pub fn is_client_error(self) -> bool {
        self.0 / 100 == 4
    }

    /// 500 to 599.
    pub fn is_server_error(self) -> bool {
        self.0 / 100 == 5
    }
}

/// # Errors
/// [`Invalid`](crate::ErrorCode::Invalid) outside 200 to 599.
impl TryFrom<u16> for StatusCode {
    type Error = Error;

    fn try_from(code: u16) -> Result<StatusCode, Error> {
        match code {
            200..=599 => Ok(StatusCode(code)),
            _ => Err(Error::invalid(format!("The status {code} is not between 200 and 599"))),
        }
    }
}

impl fmt::Display for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for StatusCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
