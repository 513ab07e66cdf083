//! A client for a range API: given the first five digits of a SHA-1 it lists all that it knows with
//! these, one line `REST:COUNT` each.
//! Spec: https://haveibeenpwned.com/API/v3#PwnedPasswords.

use std::fmt::Write;
use std::io::{self, BufRead, BufReader, Read};
use std::time::Duration;

use wheeler::crypto::{Hash, digest};
use wheeler::{Body, Error, ErrorCode, Request, StatusCode, clock, config, wait_any};

const PREFIX_DIGITS: usize = 5;
/// All in all: somebody waits for the form.
const PATIENCE: Duration = Duration::from_secs(2);
/// Ten times what such an answer has.
const ANSWER_BYTES_MAX: u64 = 512 * 1024;

/// How often the password was seen, 0 when never.
pub fn times_seen(password: &str) -> Result<u64, Error> {
    let api = config::variable("RANGE_API").ok_or_else(|| wrong("the variable RANGE_API is not set"))?;
    let hash = hex(&digest(Hash::Sha1, password));
    let (prefix, rest) = hash.split_at(PREFIX_DIGITS);
    let deadline = clock::monotonic() + PATIENCE;
    let answer = Request::get(format!("{}/{prefix}", api.trim_end_matches('/')))
        // With lines that count 0, so that the size of the answer tells nobody the prefix.
        .header("add-padding", "true")
        .timeout(PATIENCE)
        .send()?;
    if answer.status() != StatusCode::OK {
        return Err(wrong(format!("it answered {}", answer.status())));
    }
    let content_type = answer.headers().get("content-type").unwrap_or_default();
    if !content_type.starts_with("text/plain") {
        return Err(wrong(format!("its answer is of type {content_type:?}")));
    }
    find(rest, Timed { body: answer.into_body(), deadline })
}

/// The count beside `rest`. Keeps one line at a time, however long the answer is.
fn find(rest: &str, answer: impl Read) -> Result<u64, Error> {
    let mut lines = BufReader::new(answer.take(ANSWER_BYTES_MAX));
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        let (found, count) = parse(line.trim_end()).ok_or_else(|| wrong("a line is not REST:COUNT"))?;
        if found.eq_ignore_ascii_case(rest) {
            return Ok(count);
        }
        line.clear();
    }
    match lines.get_ref().limit() {
        0 => Err(wrong("its answer does not end")),
        _ => Ok(0),
    }
}

fn parse(line: &str) -> Option<(&str, u64)> {
    let (rest, count) = line.split_once(':')?;
    (rest.len() == 40 - PREFIX_DIGITS).then_some((rest, count.parse().ok()?))
}

/// A body that has to be read by a certain time.
struct Timed {
    body: Body,
    deadline: Duration,
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.deadline.saturating_sub(clock::monotonic());
        match wait_any(&[(&self.body).into()], Some(left)) {
            Some(_) => self.body.read(buffer),
            None => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

/// In capitals, as the API has it.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorCode::ProtocolViolated, message)
}
