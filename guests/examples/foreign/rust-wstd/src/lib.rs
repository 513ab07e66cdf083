use wstd::http::{Body, Error, Request, Response};

#[wstd::http_server]
async fn main(request: Request<Body>) -> Result<Response<Body>, Error> {
    let path = request.uri().path();
    match path {
        "/spin" => spins(),
        "/grow" => grows(),
        "/fail" => fails(),
        _ => {}
    }
    Ok(Response::new(format!("Hello from Rust at {path}\n").into()))
}

#[inline(never)]
fn spins() {
    for i in 0u64.. {
        std::hint::black_box(i);
    }
}

#[inline(never)]
fn grows() {
    let mut all = Vec::new();
    loop {
        all.push(vec![1u8; 1 << 20]);
        std::hint::black_box(&all);
    }
}

#[inline(never)]
fn fails() {
    panic!("as it was asked to");
}
