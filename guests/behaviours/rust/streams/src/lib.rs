//! Sends the request's body on to `?to=URL` while it comes in, with a digest made on the way,
//! and answers with how many bytes there were, the digest, and the status of the other server.

use wheeler::crypto::{Digester, Hash};
use wheeler::{Error, ErrorCode, Request, Response, pipe};

#[wheeler::handler]
fn handle(mut request: Request) -> Result<Response, Error> {
    let to = request.query_value("to").ok_or(Error::new(ErrorCode::Invalid, "No ?to="))?;
    let (mut writer, body) = pipe();
    let upload = Request::post(to).body(body).start()?;

    let mut digester = Digester::new(Hash::Sha256);
    let mut count = 0;
    while let Some(chunk) = request.body_mut().chunk()? {
        digester.update(&chunk);
        writer.send(&chunk)?;
        count += chunk.len();
    }
    writer.finish()?;

    let digest: String = digester.finish().iter().map(|byte| format!("{byte:02x}")).collect();
    let status = upload.take()?.status();
    Ok(Response::text(format!("{count} bytes {digest} {status}\n")))
}
