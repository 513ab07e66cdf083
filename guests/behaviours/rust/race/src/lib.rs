//! Starts a fetch for each `?url=`, answers with the body of the first that is ready, and breaks
//! the others off. With `?ms=N` nothing has been ready after N ms: 504.

use std::time::Duration;

use wheeler::{Error, Pending, Request, Response, StatusCode, url, wait_any};

#[wheeler::handler]
fn handle(request: Request) -> Result<Response, Error> {
    let query = request.query().unwrap_or_default();
    let urls = url::query_pairs(query).filter(|(name, _)| name == "url");
    let mut runners: Vec<_> = urls.map(|(_, url)| Pending::start(&*url)).collect();
    let timeout = request.query_value("ms").and_then(|ms| ms.parse().ok()).map(Duration::from_millis);

    let among: Vec<_> = runners.iter().map(Into::into).collect();
    let Some(winner) = wait_any(&among, timeout) else {
        let mut late = Response::text("Nobody was ready in time\n");
        late.set_status(StatusCode::GATEWAY_TIMEOUT);
        return Ok(late);
    };
    let winner = runners.swap_remove(winner);
    drop(runners);
    Ok(Response::new(winner.take()?.into_body()))
}
