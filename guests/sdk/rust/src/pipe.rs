//! Streams that the guest writes.
//!
//! Spec: abi/wit/http.wit "body-writer", "pipe".

use std::fmt;
use std::io::{self, Write};

use crate::platform::{self, Sink};
use crate::{Body, Error, HeaderMap};

/// The writable end of a stream of bytes.
///
/// Dropped without [`finish`](Self::finish) it breaks the stream: its reader sees
/// `ConnectionClosed`, and a client a message that was cut off.
pub struct BodyWriter(Sink);

impl BodyWriter {
    pub(crate) fn sink(&self) -> &Sink {
        &self.0
    }

    /// Writes all of `bytes`. Waits while more than 64 KiB are on their way, so a slow reader
    /// slows the writer down.
    ///
    /// # Errors
    /// `ConnectionClosed` when nobody reads any more, `TooLarge`.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> Result<(), Error> {
        Ok(self.0.write(bytes.as_ref())?)
    }

    /// Ends the stream. Does not wait.
    ///
    /// # Errors
    /// `ConnectionClosed` when nobody reads any more.
    pub fn finish(self) -> Result<(), Error> {
        self.finish_with(HeaderMap::new())
    }

    /// Ends the stream with trailers. Does not wait.
    ///
    /// # Errors
    /// `ConnectionClosed`; `Invalid` for a trailer that may not be one.
    pub fn finish_with(self, trailers: HeaderMap) -> Result<(), Error> {
        Ok(Sink::finish(self.0, &trailers.into_lines())?)
    }
}

/// Each call is one of the host's, so wrap it in a `BufWriter` for small writes.
impl Write for BodyWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.send(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for BodyWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BodyWriter")
    }
}

/// A new stream: what is written to the first can be read from the second, or handed on as the
/// content of a message.
pub fn pipe() -> (BodyWriter, Body) {
    let (sink, source) = platform::pipe();
    (BodyWriter(sink), Body::received(source))
}
