//! Panics with `?message=TEXT`; with `?late=1` only after it has answered.

use wheeler::{Error, Request, Response, respond};

#[wheeler::handler]
fn handle(request: Request) -> Result<(), Error> {
    if request.query_value("late").is_some() {
        respond(Response::text("Still well\n"))?;
    }
    panic!("{}", request.query_value("message").unwrap_or("No message".into()));
}
