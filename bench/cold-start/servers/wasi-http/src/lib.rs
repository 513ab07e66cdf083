//! Says that it runs, then answers with method and path as JSON.

use wasi::http::types::{
    Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam,
};

struct Hello;

wasi::http::proxy::export!(Hello);

impl wasi::exports::http::incoming_handler::Guest for Hello {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        println!("first instruction");
        let method = match request.method() {
            Method::Get => "GET".to_string(),
            other => format!("{other:?}"),
        };
        let path = request.path_with_query().unwrap_or_default();
        let json = format!("{{\"method\":\"{method}\",\"path\":\"{path}\"}}");
        let headers = Fields::from_list(&[("content-type".into(), b"application/json".to_vec())]);
        let response = OutgoingResponse::new(headers.unwrap());
        let body = response.body().unwrap();
        ResponseOutparam::set(out, Ok(response));
        let stream = body.write().unwrap();
        stream.blocking_write_and_flush(json.as_bytes()).unwrap();
        drop(stream);
        OutgoingBody::finish(body, None).unwrap();
    }
}
