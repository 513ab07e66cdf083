//! Contents on their way out, of the answer and of requests: moved on whenever the handler waits or writes,
//! and after it has returned. `wasi:http` has nobody else who would.

use std::cell::RefCell;

use crate::bindings::wasi::http::types::OutgoingBody;
use crate::bindings::wasi::io::poll::Pollable;
use crate::bindings::wasi::io::streams::OutputStream;
use crate::headers::{Line, to_fields};
use crate::source::{Source, Take};

thread_local! {
    static UNDER_WAY: RefCell<Vec<Transfer>> = const { RefCell::new(Vec::new()) };
    static LAST_ID: RefCell<u32> = const { RefCell::new(0) };
}

/// Names a transfer.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct TransferId(u32);

struct Transfer {
    id: TransferId,
    source: Source,
    piece: Vec<u8>,
    /// Bytes of the piece that are written.
    written: usize,
    /// Whether something was written that may not have left yet.
    unflushed: bool,
    /// Set once the source has ended.
    trailers: Option<Vec<Line>>,
    // The stream is a child of the body, and goes first.
    stream: OutputStream,
    body: OutgoingBody,
}

enum Step {
    Waits(Blocked),
    Ended,
    Broken,
}

#[derive(Clone, Copy, PartialEq)]
enum Blocked {
    OnSource,
    OnStream,
}

/// Begins to move all of `source` into `body`, which is finished then. Where one of them fails, the body is
/// dropped, and the other side sees a message that is cut off.
pub(crate) fn start(source: Source, body: OutgoingBody) -> TransferId {
    let id = LAST_ID.with_borrow_mut(|last| {
        *last += 1;
        TransferId(*last)
    });
    let stream = body.write().expect("a body's stream is taken once");
    let transfer = Transfer {
        id,
        source,
        piece: Vec::new(),
        written: 0,
        unflushed: false,
        trailers: None,
        stream,
        body,
    };
    UNDER_WAY.with_borrow_mut(|all| all.push(transfer));
    pump();
    id
}

/// Moves everything as far as it goes without waiting.
pub(crate) fn pump() {
    let mut rest = UNDER_WAY.take();
    let mut index = 0;
    while index < rest.len() {
        match rest[index].advance() {
            Step::Waits(_) => index += 1,
            Step::Ended => rest.remove(index).finish(),
            Step::Broken => drop(rest.remove(index)),
        }
    }
    UNDER_WAY.replace(rest);
}

/// Adds what the transfers wait for.
pub(crate) fn subscribe(on: &mut Vec<Pollable>) {
    UNDER_WAY.with_borrow_mut(|all| {
        for transfer in all {
            match transfer.advance() {
                Step::Waits(Blocked::OnSource) => on.extend(transfer.source.subscribe()),
                _ => on.push(transfer.stream.subscribe()),
            }
        }
    });
}

pub(crate) fn is_under_way(id: TransferId) -> bool {
    UNDER_WAY.with_borrow(|all| all.iter().any(|each| each.id == id))
}

pub(crate) fn abort(id: TransferId) {
    UNDER_WAY.with_borrow_mut(|all| all.retain(|each| each.id != id));
}

pub(crate) fn abort_all() {
    UNDER_WAY.take();
}

/// The handler has returned: what it left open will not be written.
pub(crate) fn stop_writing() {
    UNDER_WAY.with_borrow(|all| all.iter().for_each(|each| each.source.stop_writing()));
}

impl Transfer {
    fn advance(&mut self) -> Step {
        loop {
            if self.written == self.piece.len() && self.trailers.is_none() {
                match self.source.take(usize::MAX) {
                    Ok(Take::Bytes(piece)) => {
                        self.piece = piece;
                        self.written = 0;
                    }
                    Ok(Take::End(trailers)) => self.trailers = Some(trailers),
                    Ok(Take::Nothing) if !self.flush() => return Step::Broken,
                    Ok(Take::Nothing) => return Step::Waits(Blocked::OnSource),
                    Err(_) => return Step::Broken,
                }
                continue;
            }
            let is_written = self.written == self.piece.len();
            if is_written && !self.flush() {
                return Step::Broken;
            }
            match self.stream.check_write() {
                Ok(0) => return Step::Waits(Blocked::OnStream),
                Ok(_) if is_written => return Step::Ended,
                Ok(room) => {
                    let end =
                        self.piece.len().min(self.written + usize::try_from(room).unwrap_or(usize::MAX));
                    if self.stream.write(&self.piece[self.written..end]).is_err() {
                        return Step::Broken;
                    }
                    self.written = end;
                    self.unflushed = true;
                }
                Err(_) => return Step::Broken,
            }
        }
    }

    fn flush(&mut self) -> bool {
        !std::mem::take(&mut self.unflushed) || self.stream.flush().is_ok()
    }

    fn finish(self) {
        let Transfer { stream, body, trailers, .. } = self;
        drop(stream);
        let lines = trailers.unwrap_or_default();
        let fields = if lines.is_empty() { None } else { to_fields(&lines).ok() };
        // It fails when a length was promised that was not kept: the host has broken the message off.
        let _ = OutgoingBody::finish(body, fields);
    }
}
