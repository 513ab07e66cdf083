//! A handler for wasi:http/service 0.3: says hello, and sends what is posted back in upper case, piece
//! by piece while it comes.

use wheeler_service::{ErrorCode, Fields, Method, Request, Response};
use wheeler_service::{body, handler, map, respond, spawn, stream, text};

async fn handle(request: Request) -> Result<Response, ErrorCode> {
    if !matches!(request.get_method(), Method::Post) {
        let path = request.get_path_with_query().unwrap_or_default();
        return Ok(text(200, format!("hello from {path}\n")));
    }
    let (writer, reader) = stream::new();
    spawn(map(body(request), writer, |piece| piece.to_ascii_uppercase()));
    Ok(respond(200, Fields::new(), Some(reader)))
}

handler!(handle);
