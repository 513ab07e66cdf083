//! The readable end of a stream: what came in, or what the handler writes itself. The resource `http.body`.

use std::cell::RefCell;
use std::rc::Rc;

use crate::bindings::exports::wheeler::edge::http::{self, GuestBody, Header};
use crate::bindings::wasi::http::types::{FutureTrailers, IncomingBody};
use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::io::streams::{InputStream, StreamError};
use crate::error::{Error, ErrorCode, error, of_code, of_stream};
use crate::headers::{Line, latin1};
use crate::pipe::Pipe;
use crate::waiting::wait_until;

/// The most that one read returns.
const PIECE_BYTES_MAX: usize = 64 * 1024;
/// The host's own limit on a collected body.
const COLLECT_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What is there without waiting.
pub(crate) enum Take {
    Bytes(Vec<u8>),
    Nothing,
    End(Vec<Line>),
}

pub(crate) struct Source {
    origin: Origin,
    /// What was read last, and how much of it has been taken.
    ahead: Vec<u8>,
    taken: usize,
}

enum Origin {
    Bytes,
    // The stream is a child of the body, and goes first.
    Incoming { stream: InputStream, body: IncomingBody },
    Trailers(FutureTrailers),
    Pipe(Rc<Pipe>),
    Ended(Vec<Line>),
    Failed(Error),
}

impl Source {
    pub(crate) fn bytes(bytes: Vec<u8>) -> Source {
        Source { origin: Origin::Bytes, ahead: bytes, taken: 0 }
    }

    pub(crate) fn pipe(pipe: Rc<Pipe>) -> Source {
        Source { origin: Origin::Pipe(pipe), ahead: Vec::new(), taken: 0 }
    }

    pub(crate) fn incoming(body: IncomingBody) -> Source {
        let stream = body.stream().expect("a body's stream is taken once");
        Source { origin: Origin::Incoming { stream, body }, ahead: Vec::new(), taken: 0 }
    }

    /// Whether it is known that nothing comes.
    pub(crate) fn is_empty(&mut self) -> bool {
        self.fill();
        self.ahead.is_empty() && matches!(self.origin, Origin::Ended(_))
    }

    /// Whether reading would not wait.
    pub(crate) fn is_readable(&mut self) -> bool {
        self.fill();
        !self.ahead.is_empty() || matches!(self.origin, Origin::Ended(_) | Origin::Failed(_))
    }

    pub(crate) fn take(&mut self, bytes_max: usize) -> Result<Take, Error> {
        self.fill();
        if !self.ahead.is_empty() {
            return Ok(Take::Bytes(self.take_ahead(bytes_max)));
        }
        match &self.origin {
            Origin::Ended(trailers) => Ok(Take::End(trailers.clone())),
            Origin::Failed(failure) => Err(failure.clone()),
            _ => Ok(Take::Nothing),
        }
    }

    fn take_ahead(&mut self, bytes_max: usize) -> Vec<u8> {
        let rest = self.ahead.len() - self.taken;
        if self.taken == 0 && rest <= bytes_max {
            return std::mem::take(&mut self.ahead);
        }
        let from = self.taken;
        self.taken += rest.min(bytes_max);
        let bytes = self.ahead[from..self.taken].to_vec();
        if self.taken == self.ahead.len() {
            self.ahead = Vec::new();
            self.taken = 0;
        }
        bytes
    }

    /// What to wait for; none where only the handler can go on.
    pub(crate) fn subscribe(&self) -> Option<Pollable> {
        match &self.origin {
            Origin::Incoming { stream, .. } => Some(stream.subscribe()),
            Origin::Trailers(future) => Some(future.subscribe()),
            _ => None,
        }
    }

    /// Nobody can write into it any more, when it is one end of a pipe.
    pub(crate) fn stop_writing(&self) {
        if let Origin::Pipe(pipe) = &self.origin {
            pipe.stop_writing();
        }
    }

    /// Gets what is there, once there is nothing left of what was read before.
    fn fill(&mut self) {
        while self.ahead.is_empty() {
            self.origin = match std::mem::replace(&mut self.origin, Origin::Bytes) {
                Origin::Bytes => Origin::Ended(Vec::new()),
                Origin::Incoming { stream, body } => match stream.read(PIECE_BYTES_MAX as u64) {
                    Ok(bytes) if bytes.is_empty() => {
                        self.origin = Origin::Incoming { stream, body };
                        return;
                    }
                    Ok(bytes) => {
                        self.ahead = bytes;
                        Origin::Incoming { stream, body }
                    }
                    Err(StreamError::Closed) => {
                        drop(stream);
                        Origin::Trailers(IncomingBody::finish(body))
                    }
                    Err(failure) => Origin::Failed(of_stream(failure)),
                },
                Origin::Trailers(future) => match future.get() {
                    None => {
                        self.origin = Origin::Trailers(future);
                        return;
                    }
                    Some(Ok(Ok(None)) | Err(())) => Origin::Ended(Vec::new()),
                    Some(Ok(Ok(Some(trailers)))) => Origin::Ended(trailers.entries()),
                    Some(Ok(Err(code))) => Origin::Failed(of_code(code)),
                },
                Origin::Pipe(pipe) => match pipe.take() {
                    Ok(Take::Bytes(bytes)) => {
                        self.ahead = bytes;
                        Origin::Pipe(pipe)
                    }
                    Ok(Take::Nothing) => {
                        self.origin = Origin::Pipe(pipe);
                        return;
                    }
                    Ok(Take::End(trailers)) => Origin::Ended(trailers),
                    Err(failure) => Origin::Failed(failure),
                },
                done @ (Origin::Ended(_) | Origin::Failed(_)) => {
                    self.origin = done;
                    return;
                }
            };
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        if let Origin::Pipe(pipe) = &self.origin {
            pipe.stop_reading();
        }
    }
}

/// The resource `http.body`.
pub struct Body(pub(crate) RefCell<Source>);

impl Body {
    pub(crate) fn of(source: Source) -> http::Body {
        http::Body::new(Body(RefCell::new(source)))
    }

    pub(crate) fn source_of(body: http::Body) -> Source {
        body.into_inner::<Body>().0.into_inner()
    }
}

impl GuestBody for Body {
    fn read(&self, bytes_max: u32) -> Result<Vec<u8>, Error> {
        let bytes_max = match bytes_max {
            0 => PIECE_BYTES_MAX,
            _ => PIECE_BYTES_MAX.min(bytes_max as usize),
        };
        next(&mut self.0.borrow_mut(), bytes_max)
    }

    fn collect(this: http::Body, bytes_max: u32) -> Result<Vec<u8>, Error> {
        let mut source = Body::source_of(this);
        let bytes_max = match bytes_max {
            0 => COLLECT_BYTES_MAX,
            _ => COLLECT_BYTES_MAX.min(bytes_max as usize),
        };
        let mut all = Vec::new();
        loop {
            let piece = next(&mut source, PIECE_BYTES_MAX)?;
            if piece.is_empty() {
                return Ok(all);
            }
            if all.len() + piece.len() > bytes_max {
                let message = format!("Body is too large to collect: limit {bytes_max} bytes");
                return Err(error(ErrorCode::TooLarge, message));
            }
            all.extend(piece);
        }
    }

    fn trailers(&self) -> Vec<Header> {
        let source = self.0.borrow();
        match &source.origin {
            Origin::Ended(trailers) if source.ahead.is_empty() => trailers
                .iter()
                .map(|(name, value)| Header { name: name.to_ascii_lowercase(), value: latin1(value) })
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// At least one byte, or none at the end. Waits.
fn next(source: &mut Source, bytes_max: usize) -> Result<Vec<u8>, Error> {
    wait_until(|on| match source.take(bytes_max) {
        Ok(Take::Bytes(bytes)) => Some(Ok(bytes)),
        Ok(Take::End(_)) => Some(Ok(Vec::new())),
        Ok(Take::Nothing) => {
            on.extend(source.subscribe());
            None
        }
        Err(failure) => Some(Err(failure)),
    })
}
