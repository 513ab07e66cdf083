//! A response: the handler's answer, or the answer of another server.
//!
//! Spec: abi/wit/http.wit "response", fetch.wit "fetch-response".

use crate::{Body, BodyWriter, Error, HeaderMap, StatusCode, pipe, platform};

/// A response. One that [`fetch`](crate::fetch) gave can be changed and returned; its body, if
/// not read, does not enter the guest.
///
/// ```
/// # use wheeler::{Error, Response, StatusCode};
/// let response = Response::builder()
///     .status(StatusCode::CREATED)
///     .header("location", "/items/1")
///     .body("made")?;
/// assert_eq!(response.status(), StatusCode::CREATED);
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) url: Option<String>,
}

impl Response {
    /// Status 200 with this body and no headers.
    pub fn new(body: impl Into<Body>) -> Response {
        Response { status: StatusCode::OK, headers: HeaderMap::new(), body: body.into(), url: None }
    }

    /// Begins a response.
    pub fn builder() -> ResponseBuilder {
        ResponseBuilder(Ok(Response::new(())))
    }

    /// Text, with its `content-type`.
    pub fn text(text: impl Into<String>) -> Response {
        Response::typed("text/plain;charset=utf-8", text)
    }

    /// HTML, with its `content-type`.
    pub fn html(html: impl Into<String>) -> Response {
        Response::typed("text/html;charset=utf-8", html)
    }

    /// JSON text, with its `content-type`.
    pub fn json(json: impl Into<String>) -> Response {
        Response::typed("application/json", json)
    }

    fn typed(content_type: &str, text: impl Into<String>) -> Response {
        let mut response = Response::new(text.into());
        response.headers = HeaderMap::of("content-type", content_type);
        response
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Changes the status.
    pub fn set_status(&mut self, status: StatusCode) {
        self.status = status;
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The headers, to change them.
    pub fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.headers
    }

    /// The body, to read it piece by piece.
    pub fn body_mut(&mut self) -> &mut Body {
        &mut self.body
    }

    /// The body, to collect it or to hand it on.
    pub fn into_body(self) -> Body {
        self.body
    }

    /// Changes the body.
    pub fn set_body(&mut self, body: impl Into<Body>) {
        self.body = body.into();
    }

    /// Where an answer of [`fetch`](crate::fetch) came from, after redirects.
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// Answers the request with this head, and returns where to write the content to. The
    /// response's own body is not sent.
    ///
    /// ```no_run
    /// use wheeler::{Error, Request, Response};
    ///
    /// #[wheeler::handler]
    /// fn handle(_: Request) -> Result<(), Error> {
    ///     let mut page = Response::html("").stream()?;
    ///     for line in ["<p>one", "<p>two"] {
    ///         page.send(line)?;
    ///     }
    ///     page.finish()
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`respond`].
    pub fn stream(mut self) -> Result<BodyWriter, Error> {
        let (writer, body) = pipe();
        self.body = body;
        respond(self)?;
        Ok(writer)
    }
}

/// Answers the request, so that the handler can go on working while the head and the body go
/// out. Does not wait. A handler that has called it returns `()`.
///
/// # Errors
/// `AlreadyResponded`; `Invalid` and `TooLarge`, after which one more answer can be given.
pub fn respond(response: Response) -> Result<(), Error> {
    platform::respond(response)
}

/// A response in the making. The first mistake is kept, and returned at the end.
#[derive(Debug)]
#[must_use = "it is not sent"]
pub struct ResponseBuilder(Result<Response, Error>);

impl ResponseBuilder {
    /// Sets the status: a [`StatusCode`] or a number.
    pub fn status<S>(self, status: S) -> ResponseBuilder
    where
        S: TryInto<StatusCode, Error: Into<Error>>,
    {
        self.and_then(|response| {
            response.status = status.try_into().map_err(Into::into)?;
            Ok(())
        })
    }

    /// Adds a header.
    pub fn header(self, name: &str, value: impl Into<String>) -> ResponseBuilder {
        self.and_then(|response| response.headers.append(name, value))
    }

    /// The response, with this body: bytes, text, `()`, or a body that came in.
    ///
    /// # Errors
    /// `Invalid` for a status or a header that breaks the rules.
    pub fn body(self, body: impl Into<Body>) -> Result<Response, Error> {
        let mut response = self.0?;
        response.set_body(body);
        Ok(response)
    }

    fn and_then(self, change: impl FnOnce(&mut Response) -> Result<(), Error>) -> ResponseBuilder {
        ResponseBuilder(self.0.and_then(|mut response| change(&mut response).map(|()| response)))
    }
}
