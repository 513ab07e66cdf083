//! Tells a site whether a password that somebody types into its form is one that everybody knows.
//! Who is asked learns five of the forty digits of the password's SHA-1 and no more; the answer
//! is read line by line as it arrives. The request then goes on to the site with the header
//! `x-password-pwned`. See ../../../pwned-password.md.

mod range;

use std::mem;

use serde::Deserialize;
use wheeler::{Error, ErrorCode, Method, Redirect, Request, Response, StatusCode, config, fetch, log, url};

const VERDICT: &str = "x-password-pwned";
const FORM_BYTES_MAX: u32 = 100 * 1024;

#[wheeler::handler]
fn handle(mut request: Request) -> Result<Response, Error> {
    // Nobody but us says this.
    request.headers_mut().remove(VERDICT);
    if *request.method() == Method::POST
        && let Some(read_password) = reader_of(&request)
    {
        let form = match mem::take(request.body_mut()).collect_up_to(FORM_BYTES_MAX) {
            Ok(form) => form,
            Err(error) if error.code() == ErrorCode::TooLarge => {
                return Ok(failure(StatusCode::PAYLOAD_TOO_LARGE, "The form is too large\n"));
            }
            Err(error) => return Err(error),
        };
        if let Some(password) = read_password(&form) {
            request.headers_mut().insert(VERDICT, verdict(&password))?;
        }
        request.set_body(form);
    }
    forward(request)
}

/// How a body of this type is read; none for types that carry no form.
fn reader_of(request: &Request) -> Option<fn(&[u8]) -> Option<String>> {
    let content_type = request.headers().get("content-type")?.to_ascii_lowercase();
    match content_type.split(';').next()?.trim() {
        "application/x-www-form-urlencoded" => Some(password_in_form),
        "application/json" => Some(password_in_json),
        _ => None,
    }
}

fn password_in_form(form: &[u8]) -> Option<String> {
    let form = str::from_utf8(form).ok()?;
    let (_, password) = url::query_pairs(form).find(|(name, _)| name == "password")?;
    Some(password.into_owned())
}

fn password_in_json(form: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Form {
        password: String,
    }
    Some(serde_json::from_slice::<Form>(form).ok()?.password)
}

/// How often the password was seen. Signing up must not depend on somebody else's server, so
/// without an answer that can be believed it is `unknown`.
fn verdict(password: &str) -> String {
    match range::times_seen(password) {
        Ok(count) => count.to_string(),
        Err(error) => {
            log::warn!("The range API is of no help: {error}");
            "unknown".to_owned()
        }
    }
}

fn forward(mut request: Request) -> Result<Response, Error> {
    let Some(origin) = config::variable("ORIGIN") else {
        return Ok(failure(StatusCode::INTERNAL_SERVER_ERROR, "The variable ORIGIN is not set\n"));
    };
    let prefix = config::variable("PREFIX").unwrap_or_default();
    let path = request.path_and_query();
    let path = path.strip_prefix(&*prefix).unwrap_or(path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    request.set_url([origin.trim_end_matches('/'), slash, path].concat());
    request.set_redirect(Redirect::Manual);
    fetch(request).or_else(|error| Ok(failure(StatusCode::BAD_GATEWAY, &format!("Bad gateway: {error}\n"))))
}

fn failure(status: StatusCode, text: &str) -> Response {
    let mut response = Response::text(text);
    response.set_status(status);
    response
}
