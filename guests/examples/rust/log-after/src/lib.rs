//! A proxy that tells a log server about every request, after the response: nobody waits for it.
//! What runs then is on the request's receipt like all the rest. See ../../../log-after.md.

use std::time::Duration;

use serde::Serialize;
use wheeler::{Error, Redirect, Request, Response, StatusCode, clock, config, fetch, log, respond};

const PATIENCE: Duration = Duration::from_secs(5);

/// What the log server is told, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    id: String,
    method: String,
    /// Without the query, which may hold what is nobody's business.
    path: String,
    status: u16,
    /// Until the origin's head was there.
    waited_ms: u64,
}

#[wheeler::handler]
fn handle(request: Request) -> Result<(), Error> {
    let began = clock::monotonic();
    let mut entry = Entry {
        id: request.id().to_owned(),
        method: request.method().to_string(),
        path: request.path().to_owned(),
        status: 0,
        waited_ms: 0,
    };
    let response = forward(request);
    entry.status = response.status().as_u16();
    entry.waited_ms = (clock::monotonic() - began).as_millis() as u64;
    respond(response)?;

    // From here on the client has its answer, and its body flows on beside us.
    if let Err(error) = send(&entry) {
        log::warn!("The log server was not told: {error}");
    }
    Ok(())
}

fn forward(mut request: Request) -> Response {
    let Some(origin) = config::variable("ORIGIN") else {
        return failure(StatusCode::INTERNAL_SERVER_ERROR, "The variable ORIGIN is not set\n");
    };
    let prefix = config::variable("PREFIX").unwrap_or_default();
    let path = request.path_and_query();
    let path = path.strip_prefix(&*prefix).unwrap_or(path);
    let slash = if path.starts_with('/') { "" } else { "/" };
    request.set_url([origin.trim_end_matches('/'), slash, path].concat());
    request.set_redirect(Redirect::Manual);
    fetch(request)
        .unwrap_or_else(|error| failure(StatusCode::BAD_GATEWAY, &format!("Bad gateway: {error}\n")))
}

fn send(entry: &Entry) -> Result<(), String> {
    let url = config::variable("LOG_URL").ok_or("the variable LOG_URL is not set")?;
    let entry = serde_json::to_string(entry).map_err(|error| error.to_string())?;
    let answer = Request::post(url)
        .header("content-type", "application/json")
        .body(entry)
        .timeout(PATIENCE)
        .send()
        .map_err(|error| error.to_string())?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => Err(format!("it answered {status}")),
    }
}

fn failure(status: StatusCode, text: &str) -> Response {
    let mut response = Response::text(text);
    response.set_status(status);
    response
}
