//! Requests to other servers, redirects included: the interface `fetch` on top of `outgoing-handler`.

use std::cell::RefCell;

use crate::Adapter;
use crate::bindings::exports::wheeler::edge::fetch::{
    self, FetchRequest, FetchResponse, Guest, GuestPending, Redirect,
};
use crate::bindings::exports::wheeler::edge::http::Content;
use crate::bindings::wasi::http::outgoing_handler::handle;
use crate::bindings::wasi::http::types::{
    FutureIncomingResponse, IncomingResponse, Method, OutgoingRequest, Scheme,
};
use crate::bindings::wasi::io::poll::Pollable;
use crate::error::{Error, ErrorCode, error, invalid, of_code};
use crate::headers::{checked, from_fields, to_fields};
use crate::hop::{Hop, HopContent, first_hop, next_hop};
use crate::source::{Body, Source};
use crate::transfer::{self, TransferId};
use crate::waiting::{after, has_come, wait_until};

/// The resource `fetch.pending`.
pub struct Pending(RefCell<State>);

enum State {
    UnderWay(UnderWay),
    /// The head is there, or will never be; none once it was taken.
    Done(Option<Result<FetchResponse, Error>>),
}

struct UnderWay {
    future: FutureIncomingResponse,
    upload: Option<TransferId>,
    hop: Hop,
    mode: Redirect,
    followed: u32,
    /// When to give up.
    end: Option<u64>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(upload) = self.upload {
            transfer::abort(upload);
        }
    }
}

impl Guest for Adapter {
    type Pending = Pending;

    fn fetch(request: FetchRequest) -> Result<FetchResponse, Error> {
        Pending::begin(request).take_result()
    }
}

impl GuestPending for Pending {
    fn start(request: FetchRequest) -> fetch::Pending {
        fetch::Pending::new(Pending::begin(request))
    }

    fn take(this: fetch::Pending) -> Result<FetchResponse, Error> {
        this.into_inner::<Pending>().take_result()
    }
}

impl Pending {
    fn begin(request: FetchRequest) -> Pending {
        Pending(RefCell::new(match begin(request) {
            Ok(under_way) => State::UnderWay(under_way),
            Err(failure) => State::Done(Some(Err(failure))),
        }))
    }

    /// Whether taking the result would not wait; where it would, what it waits for is added.
    pub(crate) fn is_ready(&self, on: &mut Vec<Pollable>) -> bool {
        let mut state = self.0.borrow_mut();
        let State::UnderWay(under_way) = &mut *state else { return true };
        let Some(result) = under_way.advance(on) else { return false };
        *state = State::Done(Some(result));
        true
    }

    fn take_result(self) -> Result<FetchResponse, Error> {
        wait_until(|on| self.is_ready(on).then_some(()));
        match self.0.into_inner() {
            State::Done(Some(result)) => result,
            _ => unreachable!("taken once, when it is ready"),
        }
    }
}

fn begin(request: FetchRequest) -> Result<UnderWay, Error> {
    let FetchRequest { method, url, headers, content, redirect, timeout_ms } = request;
    let (content, stream) = match content {
        Content::Empty => (HopContent::Empty, None),
        Content::Bytes(bytes) => (HopContent::Bytes(bytes), None),
        Content::Body(body) => (HopContent::Stream, Some(Body::source_of(body))),
    };
    let hop = first_hop(method, &url, checked(headers)?, content)?;
    let (future, upload) = send(&hop, stream)?;
    Ok(UnderWay { future, upload, hop, mode: redirect, followed: 0, end: timeout_ms.map(after) })
}

fn send(hop: &Hop, stream: Option<Source>) -> Result<(FutureIncomingResponse, Option<TransferId>), Error> {
    let mut headers = hop.headers.clone();
    let source = match (&hop.content, stream) {
        (HopContent::Bytes(bytes), _) => {
            headers.push(("content-length".to_owned(), bytes.len().to_string().into_bytes()));
            Some(Source::bytes(bytes.clone()))
        }
        (_, stream) => stream,
    };
    if source.is_none() && matches!(hop.method.as_str(), "POST" | "PUT" | "PATCH") {
        headers.push(("content-length".to_owned(), b"0".to_vec()));
    }
    let request = OutgoingRequest::new(to_fields(&headers)?);
    let path = &hop.url[url::Position::BeforePath..url::Position::AfterQuery];
    let scheme = if hop.url.scheme() == "https" { Scheme::Https } else { Scheme::Http };
    request
        .set_method(&method_of(&hop.method))
        .and_then(|()| request.set_scheme(Some(&scheme)))
        .and_then(|()| request.set_authority(Some(hop.url.authority())))
        .and_then(|()| request.set_path_with_query(Some(path)))
        .map_err(|()| invalid(format!("The host refuses the request to {}", hop.url)))?;
    let content = source.map(|source| (source, request.body().expect("a request's body is taken once")));
    let future = handle(request, None).map_err(of_code)?;
    Ok((future, content.map(|(source, body)| transfer::start(source, body))))
}

impl UnderWay {
    /// The result, once it is there. Follows redirects on the way.
    fn advance(&mut self, on: &mut Vec<Pollable>) -> Option<Result<FetchResponse, Error>> {
        loop {
            let response = match self.future.get() {
                Some(Ok(Ok(response))) => response,
                Some(Ok(Err(code))) => return Some(Err(of_code(code))),
                Some(Err(())) => return Some(Err(error(ErrorCode::Internal, "The answer was taken before"))),
                None => {
                    if self.end.is_some_and(|end| has_come(end, on)) {
                        return Some(Err(error(ErrorCode::TimedOut, "No answer in the time that was given")));
                    }
                    on.push(self.future.subscribe());
                    return None;
                }
            };
            let lines = response.headers().entries();
            let next = next_hop(&mut self.hop, self.mode, response.status(), &lines, self.followed);
            let hop = match next {
                Ok(Some(hop)) => hop,
                // What is still to be sent goes on while the answer is read.
                Ok(None) => {
                    self.upload = None;
                    return Some(Ok(self.answer(response)));
                }
                Err(failure) => return Some(Err(failure)),
            };
            drop(response);
            if let Some(upload) = self.upload.take() {
                transfer::abort(upload);
            }
            match send(&hop, None) {
                Ok((future, upload)) => {
                    self.future = future;
                    self.upload = upload;
                }
                Err(failure) => return Some(Err(failure)),
            }
            self.hop = hop;
            self.followed += 1;
        }
    }

    fn answer(&self, response: IncomingResponse) -> FetchResponse {
        let body = response.consume().expect("a response's body is taken once");
        FetchResponse {
            status: response.status(),
            url: self.hop.url.to_string(),
            headers: from_fields(&response.headers()),
            body: Body::of(Source::incoming(body)),
        }
    }
}

fn method_of(name: &str) -> Method {
    match name {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "DELETE" => Method::Delete,
        "OPTIONS" => Method::Options,
        "PATCH" => Method::Patch,
        _ => Method::Other(name.to_owned()),
    }
}
