//! What can go wrong with a message, a body or an outgoing request.
//!
//! Spec: abi/wit/http.wit "error-code".

use std::convert::Infallible;
use std::fmt;
use std::io;

pub use crate::platform::ErrorCode;

/// An error of the host's, or an argument that breaks the rules of HTTP.
#[derive(Clone, Debug)]
pub struct Error {
    code: ErrorCode,
    message: String,
}

impl Error {
    /// An error of your own, for handlers that return this type.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Error {
        Error { code, message: message.into() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Error {
        Error::new(ErrorCode::Invalid, message)
    }

    /// What went wrong, to decide on.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What went wrong, for people and logs; its wording may change.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Error {
        match never {}
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> io::Error {
        let kind = match error.code {
            ErrorCode::Invalid => io::ErrorKind::InvalidInput,
            ErrorCode::TimedOut => io::ErrorKind::TimedOut,
            ErrorCode::ConnectionClosed => io::ErrorKind::BrokenPipe,
            ErrorCode::NotGranted | ErrorCode::AddressRefused => io::ErrorKind::PermissionDenied,
            _ => io::ErrorKind::Other,
        };
        io::Error::new(kind, error)
    }
}

/// Gives back what a body's `Read` or `Write` has wrapped; other errors become
/// [`ErrorCode::Internal`].
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        error.downcast::<Error>().unwrap_or_else(|other| Error::new(ErrorCode::Internal, other.to_string()))
    }
}
