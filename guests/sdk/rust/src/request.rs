//! A request: the one that came in, or one to be sent with `fetch`.
//!
//! Spec: abi/wit/http.wit "request", fetch.wit "fetch-request".

use std::borrow::Cow;
use std::time::Duration;

use crate::{Body, Error, HeaderMap, Method, Pending, Redirect, Response, fetch, url};

pub use crate::platform::Client;

/// A request.
///
/// The one that came in can be changed and sent on; what is not touched costs nothing.
///
/// ```no_run
/// # use std::time::Duration;
/// # use wheeler::{Error, Request};
/// let response = Request::get("https://api.example/items")
///     .header("accept", "application/json")
///     .timeout(Duration::from_secs(2))
///     .send()?;
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Request {
    pub(crate) method: Method,
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) redirect: Redirect,
    pub(crate) timeout: Option<Duration>,
    pub(crate) client: Client,
    pub(crate) id: String,
}

impl Request {
    /// A request to be sent. `url` is absolute, http or https; it is checked when it is sent.
    pub fn new(method: Method, url: impl Into<String>) -> Request {
        Request {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Body::empty(),
            redirect: Redirect::Follow,
            timeout: None,
            client: Client { address: String::new(), country: None, region: None },
            id: String::new(),
        }
    }

    /// Begins a request of this method.
    pub fn builder(method: Method, url: impl Into<String>) -> RequestBuilder {
        RequestBuilder(Ok(Request::new(method, url)))
    }

    /// Begins a GET request.
    pub fn get(url: impl Into<String>) -> RequestBuilder {
        Request::builder(Method::GET, url)
    }

    /// Begins a POST request.
    pub fn post(url: impl Into<String>) -> RequestBuilder {
        Request::builder(Method::POST, url)
    }

    /// The method.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Changes the method.
    pub fn set_method(&mut self, method: Method) {
        self.method = method;
    }

    /// The URL. That of a request that came in is absolute, as the WHATWG URL standard
    /// serialises it.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Changes the URL.
    pub fn set_url(&mut self, url: impl Into<String>) {
        self.url = url.into();
    }

    /// Path and query of the URL: `/a?b=c`.
    pub fn path_and_query(&self) -> &str {
        url::path_and_query(&self.url)
    }

    /// The path of the URL: `/a`.
    pub fn path(&self) -> &str {
        let target = self.path_and_query();
        target.split_once('?').map_or(target, |(path, _)| path)
    }

    /// The query of the URL without its question mark: `b=c`.
    pub fn query(&self) -> Option<&str> {
        self.path_and_query().split_once('?').map(|(_, query)| query)
    }

    /// The first value of `name` in the query, decoded as a form's.
    pub fn query_value(&self, name: &str) -> Option<Cow<'_, str>> {
        url::query_pairs(self.query()?).find(|(found, _)| found == name).map(|(_, value)| value)
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

    /// What a redirect does when this is sent; unless set, it is followed. A proxy wants
    /// [`Redirect::Manual`].
    pub fn set_redirect(&mut self, redirect: Redirect) {
        self.redirect = redirect;
    }

    /// How long to wait for the head of the response, from sending on. Unless set, only the
    /// host's limit holds.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    /// Who sent the request. The address of a request that did not come in is empty.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Names the request in logs and receipts; unique, and safe in a header. Empty for a
    /// request that did not come in.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// A GET request.
impl From<&str> for Request {
    fn from(url: &str) -> Request {
        Request::new(Method::GET, url)
    }
}

/// A GET request.
impl From<String> for Request {
    fn from(url: String) -> Request {
        Request::new(Method::GET, url)
    }
}

/// A request in the making. The first mistake is kept, and returned at the end.
#[derive(Debug)]
#[must_use = "it is not sent"]
pub struct RequestBuilder(Result<Request, Error>);

impl RequestBuilder {
    /// Adds a header.
    pub fn header(self, name: &str, value: impl Into<String>) -> RequestBuilder {
        RequestBuilder(self.0.and_then(|mut request| request.headers.append(name, value).map(|()| request)))
    }

    /// Sets what is sent along: bytes, text, or a body that came in.
    pub fn body(self, body: impl Into<Body>) -> RequestBuilder {
        self.with(|request| request.set_body(body))
    }

    /// See [`Request::set_redirect`].
    pub fn redirect(self, redirect: Redirect) -> RequestBuilder {
        self.with(|request| request.set_redirect(redirect))
    }

    /// See [`Request::set_timeout`].
    pub fn timeout(self, timeout: Duration) -> RequestBuilder {
        self.with(|request| request.set_timeout(timeout))
    }

    /// The request.
    ///
    /// # Errors
    /// `Invalid` for a header that breaks the rules.
    pub fn build(self) -> Result<Request, Error> {
        self.0
    }

    /// Sends the request. Waits for the head of its response.
    ///
    /// # Errors
    /// Those of [`fetch`].
    pub fn send(self) -> Result<Response, Error> {
        fetch(self.0?)
    }

    /// Starts the request without waiting. See [`Pending`].
    ///
    /// # Errors
    /// `Invalid` for a header that breaks the rules. Whatever else fails, fails in
    /// [`Pending::take`].
    pub fn start(self) -> Result<Pending, Error> {
        self.0.map(Pending::start)
    }

    fn with(mut self, change: impl FnOnce(&mut Request)) -> RequestBuilder {
        if let Ok(request) = &mut self.0 {
            change(request);
        }
        self
    }
}
