//! The app's log: lines on standard error, which is all that `wasi:http` has.

use crate::Adapter;
use crate::bindings::exports::wheeler::edge::log::Guest;
pub(crate) use crate::bindings::exports::wheeler::edge::log::Level;
use crate::bindings::wasi::cli::stderr::get_stderr;

/// The most that one blocking write takes.
const PIECE_BYTES_MAX: usize = 4096;

impl Guest for Adapter {
    fn log(level: Level, message: String) {
        write(level, &message);
    }
}

pub(crate) fn write(level: Level, message: &str) {
    let name = match level {
        Level::Trace => "trace",
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    };
    let mut line = format!("{name} ");
    for character in message.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line.push('\n');
    let stream = get_stderr();
    for piece in line.as_bytes().chunks(PIECE_BYTES_MAX) {
        // A log that nobody takes is no reason to fail.
        if stream.blocking_write_and_flush(piece).is_err() {
            return;
        }
    }
}
