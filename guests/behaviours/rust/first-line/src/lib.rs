//! Logs a line before it does anything else, then answers with method and path. bench/cold-start
//! takes the line for its first instruction.

use wheeler::{Request, Response, log};

#[wheeler::handler]
fn handle(request: Request) -> Response {
    log::info!("first instruction");
    Response::json(format!(
        "{{\"method\":\"{}\",\"path\":\"{}\"}}",
        request.method().as_str(),
        request.path()
    ))
}
