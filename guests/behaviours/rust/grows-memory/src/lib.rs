//! Takes `?mb=N` MB of memory and writes to all of it. Beyond the app's limit there is none.

use wheeler::{Request, Response};

#[wheeler::handler]
fn handle(request: Request) -> Response {
    let mb: usize = request.query_value("mb").and_then(|mb| mb.parse().ok()).unwrap_or(1);
    let blocks: Vec<Vec<u8>> = (0..mb).map(|index| vec![index as u8 | 1; 1 << 20]).collect();
    let written = blocks.iter().flatten().filter(|&&byte| byte != 0).count();
    Response::text(format!("{written} bytes\n"))
}
