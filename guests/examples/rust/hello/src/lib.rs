//! Answers with what it was asked: method, path and headers, as JSON.

use wheeler::{Request, Response};

#[wheeler::handler]
fn handle(request: Request) -> Response {
    let mut json = String::from("{\"method\":");
    quote(&mut json, request.method().as_str());
    json.push_str(",\"path\":");
    quote(&mut json, request.path_and_query());
    json.push_str(",\"headers\":{");
    for (index, name) in request.headers().names().enumerate() {
        if index > 0 {
            json.push(',');
        }
        quote(&mut json, name);
        json.push(':');
        quote(&mut json, &request.headers().get(name).unwrap_or_default());
    }
    json.push_str("}}");
    Response::json(json)
}

/// Appends a JSON string of a byte string: all but printable ASCII is escaped.
fn quote(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            ' '..='~' => json.push(character),
            _ => {
                let code = character as usize;
                json.push_str("\\u00");
                json.extend([HEX[code >> 4 & 15], HEX[code & 15]].map(char::from));
            }
        }
    }
    json.push('"');
}

const HEX: &[u8; 16] = b"0123456789abcdef";
