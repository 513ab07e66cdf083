//! Reads every byte of the request's body, or of the answer of `?from=URL`, flips the case bit
//! of each, and streams it on: a fast source must wait for a slow reader.

use wheeler::{Error, Request, Response, fetch};

#[wheeler::handler]
fn handle(request: Request) -> Result<(), Error> {
    let mut source = match request.query_value("from") {
        Some(url) => fetch(&*url)?.into_body(),
        None => request.into_body(),
    };
    let mut out = Response::new(()).stream()?;
    while let Some(mut chunk) = source.chunk()? {
        chunk.iter_mut().for_each(|byte| *byte ^= 0x20);
        out.send(&chunk)?;
    }
    out.finish()
}
