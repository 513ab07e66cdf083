//! The handler: one function from a request to a response. Every request runs in fresh state.

use wheeler::{Request, Response};

#[wheeler::handler]
fn handle(request: Request) -> Response {
    let name = request.query_value("name").unwrap_or("world".into());
    Response::text(format!("Hello, {name}!\n"))
}
