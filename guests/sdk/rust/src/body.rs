//! Bodies: bytes at hand, or a stream whose other end the host holds.
//!
//! A body that is given to a response or a request unread flows there inside the host, without
//! entering the guest.
//! Spec: abi/wit/http.wit "body".

use std::fmt;
use std::io::{self, Cursor, Read};
use std::mem;

use crate::platform::{Content, Source};
use crate::{Error, ErrorCode, HeaderMap};

/// The content of a message.
///
/// Made of bytes or text with `From`, or received. It is read with [`chunk`](Self::chunk),
/// [`collect`](Self::collect), [`text`](Self::text) or [`std::io::Read`], or handed on whole.
///
/// ```
/// # use wheeler::{Body, Error};
/// assert_eq!(Body::from("hello").text()?, "hello");
/// # Ok::<(), Error>(())
/// ```
#[derive(Default)]
pub struct Body(Inner);

#[derive(Default)]
enum Inner {
    #[default]
    Empty,
    /// Bytes at hand, and how many of them were read.
    Bytes(Cursor<Vec<u8>>),
    Stream(Source),
}

impl Body {
    /// No content. Not the same as content of no bytes, which has a `content-length`.
    pub const fn empty() -> Body {
        Body(Inner::Empty)
    }

    pub(crate) fn received(source: Source) -> Body {
        Body(Inner::Stream(source))
    }

    pub(crate) fn into_content(self) -> Content {
        match self.0 {
            Inner::Empty => Content::Empty,
            Inner::Bytes(bytes) => Content::Bytes(rest(bytes)),
            Inner::Stream(source) => Content::Body(source),
        }
    }

    /// What can be waited for; none when reading would not wait anyway.
    pub(crate) fn source(&self) -> Option<&Source> {
        match &self.0 {
            Inner::Stream(source) => Some(source),
            _ => None,
        }
    }

    /// The next bytes, 64 KiB at most; none at the end. Waits.
    ///
    /// # Errors
    /// `ConnectionClosed`, `ProtocolViolated`, `TimedOut`, `TooLarge`; after an error every
    /// later call returns it again.
    pub fn chunk(&mut self) -> Result<Option<Vec<u8>>, Error> {
        match &mut self.0 {
            Inner::Empty => Ok(None),
            Inner::Bytes(bytes) => Ok(Some(rest(mem::take(bytes))).filter(|bytes| !bytes.is_empty())),
            Inner::Stream(source) => read(source, 0),
        }
    }

    /// All that is left, up to the host's limit. Waits for the end.
    ///
    /// # Errors
    /// Those of [`chunk`](Self::chunk).
    pub fn collect(self) -> Result<Vec<u8>, Error> {
        self.collect_up_to(0)
    }

    /// All that is left; `TooLarge` when that is more than `bytes_max`, where 0 stands for the
    /// host's limit. Waits for the end.
    ///
    /// # Errors
    /// Those of [`chunk`](Self::chunk).
    pub fn collect_up_to(self, bytes_max: u32) -> Result<Vec<u8>, Error> {
        match self.0 {
            Inner::Empty => Ok(Vec::new()),
            Inner::Bytes(bytes) => {
                let bytes = rest(bytes);
                if bytes_max > 0 && bytes.len() > bytes_max as usize {
                    let message = format!("The body has {} bytes, {bytes_max} were asked for", bytes.len());
                    return Err(Error::new(ErrorCode::TooLarge, message));
                }
                Ok(bytes)
            }
            Inner::Stream(source) => Source::collect(source, bytes_max).map_err(Error::from),
        }
    }

    /// All that is left as text; what is not UTF-8 is replaced by U+FFFD. Waits for the end.
    ///
    /// # Errors
    /// Those of [`chunk`](Self::chunk).
    pub fn text(self) -> Result<String, Error> {
        let bytes = self.collect()?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    /// The trailers, once the end was read; empty before, and when there are none.
    pub fn trailers(&self) -> HeaderMap {
        match &self.0 {
            Inner::Stream(source) => HeaderMap::from_lines(source.trailers()),
            _ => HeaderMap::new(),
        }
    }
}

fn rest(bytes: Cursor<Vec<u8>>) -> Vec<u8> {
    let read = bytes.position() as usize;
    let mut bytes = bytes.into_inner();
    bytes.drain(..read);
    bytes
}

fn read(source: &Source, bytes_max: u32) -> Result<Option<Vec<u8>>, Error> {
    let bytes = source.read(bytes_max)?;
    Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

/// Each call asks the host, so wrap it in a `BufReader` for small reads.
impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let count = match &mut self.0 {
            Inner::Empty => 0,
            Inner::Bytes(bytes) => bytes.read(buffer)?,
            Inner::Stream(source) => {
                let bytes_max = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
                let bytes = read(source, bytes_max)?.unwrap_or_default();
                buffer[..bytes.len()].copy_from_slice(&bytes);
                bytes.len()
            }
        };
        Ok(count)
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Body(Inner::Bytes(Cursor::new(bytes)))
    }
}

impl From<&[u8]> for Body {
    fn from(bytes: &[u8]) -> Body {
        Body::from(bytes.to_vec())
    }
}

impl From<String> for Body {
    fn from(text: String) -> Body {
        Body::from(text.into_bytes())
    }
}

impl From<&str> for Body {
    fn from(text: &str) -> Body {
        Body::from(text.as_bytes())
    }
}

impl From<()> for Body {
    fn from((): ()) -> Body {
        Body::empty()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Inner::Empty => f.write_str("Body(empty)"),
            Inner::Bytes(bytes) => {
                write!(f, "Body({} bytes)", bytes.get_ref().len() as u64 - bytes.position())
            }
            Inner::Stream(_) => f.write_str("Body(stream)"),
        }
    }
}
