use wstd::http::{Body, Error, Request, Response};

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let text = format!("Hello from Rust at {}\n", request.uri().path());
    Ok(Response::new(text.into()))
}
