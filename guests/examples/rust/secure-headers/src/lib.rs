//! A proxy that hardens what another server answers. Neither body enters this guest.

use wheeler::{Error, Redirect, Request, Response, StatusCode, config, fetch};

/// Added where the answer has none of their name.
const HARDENING: [(&str, &str); 5] = [
    (
        "content-security-policy",
        "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
    ),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("x-frame-options", "SAMEORIGIN"),
];

#[wheeler::handler]
fn handle(mut request: Request) -> Result<Response, Error> {
    let Some(origin) = config::variable("ORIGIN") else {
        return Ok(failure(StatusCode::INTERNAL_SERVER_ERROR, "The variable ORIGIN is not set\n".into()));
    };
    let prefix = config::variable("PREFIX").unwrap_or_default();
    let target = without_prefix(request.path_and_query(), &prefix);
    let slash = if target.starts_with('/') { "" } else { "/" };
    request.set_url([origin.trim_end_matches('/'), slash, target].concat());
    request.set_redirect(Redirect::Manual);
    match fetch(request) {
        Ok(response) => hardened(response),
        Err(error) => Ok(failure(StatusCode::BAD_GATEWAY, format!("Bad gateway: {error}\n"))),
    }
}

fn without_prefix<'a>(target: &'a str, prefix: &str) -> &'a str {
    target.strip_prefix(prefix).unwrap_or(target)
}

fn hardened(mut response: Response) -> Result<Response, Error> {
    let headers = response.headers_mut();
    headers.remove("x-powered-by");
    headers.insert("server", "wheeler")?;
    for (name, value) in HARDENING {
        if !headers.contains(name) {
            headers.append(name, value)?;
        }
    }
    Ok(response)
}

fn failure(status: StatusCode, text: String) -> Response {
    let mut response = Response::text(text);
    response.set_status(status);
    response
}
