//! Calls itself `?depth=N` times, each time with 64 bytes on the stack: 32 KB hold a few hundred.

use std::hint::black_box;

use wheeler::{Request, Response};

#[wheeler::handler]
fn handle(request: Request) -> Response {
    let depth = request.query_value("depth").and_then(|depth| depth.parse().ok()).unwrap_or(u64::MAX);
    Response::text(format!("{}\n", descend(depth)))
}

#[inline(never)]
fn descend(depth: u64) -> u64 {
    let frame = black_box([depth; 8]);
    if depth == 0 { 0 } else { descend(frame[0] - 1) + frame[7].min(1) }
}
