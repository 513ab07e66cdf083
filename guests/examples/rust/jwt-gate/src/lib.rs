//! Stands before a store of objects that knows no users, and lets in who brings a JSON Web Token.
//! The token does not reach the store. See ../../../jwt-gate.md.

mod keys;
mod token;

use wheeler::{Error, Method, Redirect, Request, Response, StatusCode, config, fetch};

use token::Refusal;

#[wheeler::handler]
fn handle(request: Request) -> Result<Response, Error> {
    // Who may read may not write.
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        let mut response = failure(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here\n");
        response.headers_mut().insert("allow", "GET, HEAD")?;
        return Ok(response);
    }
    let authorization = request.headers().get("authorization").unwrap_or_default();
    match token::check(&authorization) {
        Ok(()) => from_store(request),
        Err(Refusal::NotNow(why)) => {
            wheeler::log::error!("The keys are not there: {why}");
            Ok(failure(StatusCode::SERVICE_UNAVAILABLE, "Nobody can be let in at the moment\n"))
        }
        Err(refusal) => refused(&refusal.to_string()),
    }
}

fn from_store(mut request: Request) -> Result<Response, Error> {
    let Some(origin) = config::variable("ORIGIN") else {
        return Ok(failure(StatusCode::INTERNAL_SERVER_ERROR, "The variable ORIGIN is not set\n"));
    };
    let prefix = config::variable("PREFIX").unwrap_or_default();
    let path = request.path_and_query();
    let path = path.strip_prefix(&*prefix).unwrap_or(path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    request.set_url([origin.trim_end_matches('/'), slash, path].concat());
    request.headers_mut().remove("authorization");
    request.set_redirect(Redirect::Manual);
    match fetch(request) {
        Ok(mut object) => {
            // Whatever the store says: caches between us and the client must not give it to others.
            object.headers_mut().append("cache-control", "private")?;
            Ok(object)
        }
        Err(error) => Ok(failure(StatusCode::BAD_GATEWAY, &format!("Bad gateway: {error}\n"))),
    }
}

/// Spec: RFC 6750, section 3.
fn refused(why: &str) -> Result<Response, Error> {
    let mut response = failure(StatusCode::UNAUTHORIZED, &format!("Not let in: {why}\n"));
    let challenge = format!("Bearer error=\"invalid_token\", error_description=\"{why}\"");
    response.headers_mut().insert("www-authenticate", challenge)?;
    Ok(response)
}

fn failure(status: StatusCode, text: &str) -> Response {
    let mut response = Response::text(text);
    response.set_status(status);
    response
}
