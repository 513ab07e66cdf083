//! The answer: its head at once, its content as the other side takes it. The interface `http`.

use crate::Adapter;
use crate::bindings::exports::wheeler::edge::http::{self, Content, Guest, Response};
use crate::bindings::wasi::http::types::OutgoingResponse;
use crate::error::{Error, ErrorCode, error, invalid};
use crate::headers::{Line, checked, to_fields};
use crate::pipe::{BodyWriter, Pipe};
use crate::source::{Body, Source};
use crate::{exchange, transfer};

impl Guest for Adapter {
    type Body = Body;
    type BodyWriter = BodyWriter;

    fn pipe() -> (http::BodyWriter, http::Body) {
        let pipe = Pipe::new();
        (http::BodyWriter::new(BodyWriter(pipe.clone())), Body::of(Source::pipe(pipe)))
    }

    fn respond(response: Response) -> Result<(), Error> {
        let Response { status, headers, content } = response;
        if exchange::is_answered() {
            return Err(error(ErrorCode::AlreadyResponded, "This request has been answered"));
        }
        if !(200..=599).contains(&status) {
            return Err(invalid(format!("Not a status for a response: {status}")));
        }
        let content = match content {
            _ if status == 204 || status == 304 => Content::Empty,
            content => content,
        };
        let headers = with_length(checked(headers)?, status, &content);
        let outgoing = OutgoingResponse::new(to_fields(&headers)?);
        if outgoing.set_status_code(status).is_err() {
            return Err(invalid(format!("The host refuses the status {status}")));
        }
        let body = outgoing.body().expect("a response's body is taken once");
        exchange::answer(outgoing);
        let source = match content {
            Content::Empty => Source::bytes(Vec::new()),
            Content::Bytes(bytes) => Source::bytes(bytes),
            Content::Body(body) => Body::source_of(body),
        };
        exchange::set_content(transfer::start(source, body));
        Ok(())
    }
}

/// The length is the host's business in `wheeler:edge`; here somebody has to say it.
fn with_length(mut headers: Vec<Line>, status: u16, content: &Content) -> Vec<Line> {
    let without_content = exchange::is_head() || status == 304;
    let length = match content {
        Content::Empty if without_content => return headers,
        Content::Empty if status == 204 => None,
        Content::Empty => Some(0),
        Content::Bytes(bytes) => Some(bytes.len()),
        Content::Body(_) => {
            headers.retain(|(name, value)| name != "content-length" || value.iter().all(u8::is_ascii_digit));
            return headers;
        }
    };
    headers.retain(|(name, _)| name != "content-length");
    headers.extend(length.map(|length| ("content-length".to_owned(), length.to_string().into_bytes())));
    headers
}
