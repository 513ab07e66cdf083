//! A stream inside the adapter: a handler writes, and a transfer or the handler itself reads.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::bindings::exports::wheeler::edge::http::{GuestBodyWriter, Header};
use crate::error::{Error, ErrorCode, error};
use crate::headers::{Line, checked_trailers};
use crate::source::Take;
use crate::waiting::wait_until;
use crate::{bindings, transfer};

/// More than this on its way, and the writer waits.
const QUEUED_BYTES_MAX: usize = 64 * 1024;

#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    Finished,
    /// The writer is gone.
    Broken,
    /// The reader is gone.
    Unread,
}

struct Queue {
    pieces: VecDeque<Vec<u8>>,
    bytes: usize,
    state: State,
    trailers: Vec<Line>,
}

pub(crate) struct Pipe(RefCell<Queue>);

impl Pipe {
    pub(crate) fn new() -> Rc<Pipe> {
        let queue = Queue { pieces: VecDeque::new(), bytes: 0, state: State::Open, trailers: Vec::new() };
        Rc::new(Pipe(RefCell::new(queue)))
    }

    pub(crate) fn is_writable(&self) -> bool {
        let queue = self.0.borrow();
        queue.state != State::Open || queue.bytes <= QUEUED_BYTES_MAX
    }

    pub(crate) fn take(&self) -> Result<Take, Error> {
        let mut queue = self.0.borrow_mut();
        if let Some(piece) = queue.pieces.pop_front() {
            queue.bytes -= piece.len();
            return Ok(Take::Bytes(piece));
        }
        match queue.state {
            State::Open => Ok(Take::Nothing),
            State::Finished => Ok(Take::End(std::mem::take(&mut queue.trailers))),
            State::Broken | State::Unread => {
                Err(error(ErrorCode::ConnectionClosed, "The stream was broken off"))
            }
        }
    }

    pub(crate) fn stop_reading(&self) {
        let mut queue = self.0.borrow_mut();
        queue.pieces.clear();
        queue.bytes = 0;
        if queue.state == State::Open {
            queue.state = State::Unread;
        }
    }

    /// The writer is gone, or will never write again.
    pub(crate) fn stop_writing(&self) {
        let mut queue = self.0.borrow_mut();
        if queue.state == State::Open {
            queue.state = State::Broken;
        }
    }

    fn put(&self, bytes: Vec<u8>) -> Result<(), Error> {
        let mut queue = self.0.borrow_mut();
        if queue.state != State::Open {
            return Err(unread());
        }
        if !bytes.is_empty() {
            queue.bytes += bytes.len();
            queue.pieces.push_back(bytes);
        }
        Ok(())
    }

    fn finish(&self, trailers: Vec<Line>) -> Result<(), Error> {
        let mut queue = self.0.borrow_mut();
        if queue.state != State::Open {
            return Err(unread());
        }
        queue.state = State::Finished;
        queue.trailers = trailers;
        Ok(())
    }
}

fn unread() -> Error {
    error(ErrorCode::ConnectionClosed, "Nobody reads this stream any more")
}

/// The resource `http.body-writer`.
pub struct BodyWriter(pub(crate) Rc<Pipe>);

impl Drop for BodyWriter {
    fn drop(&mut self) {
        self.0.stop_writing();
        transfer::pump();
    }
}

impl GuestBodyWriter for BodyWriter {
    fn write(&self, bytes: Vec<u8>) -> Result<(), Error> {
        wait_until(|_| self.0.is_writable().then_some(()));
        self.0.put(bytes)?;
        transfer::pump();
        Ok(())
    }

    fn finish(
        this: bindings::exports::wheeler::edge::http::BodyWriter,
        trailers: Vec<Header>,
    ) -> Result<(), Error> {
        let writer = this.into_inner::<BodyWriter>();
        writer.0.finish(checked_trailers(trailers)?)
    }
}
