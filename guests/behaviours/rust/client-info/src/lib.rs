//! What is known of the client beside the message, as lines.

use wheeler::request_info::{client_location, client_transport};
use wheeler::{Request, Response};

#[wheeler::handler]
fn handle(_: Request) -> Response {
    let location = client_location();
    let transport = client_transport();
    let shown = |text: Option<String>| text.unwrap_or_else(|| "none".into());
    Response::text(format!(
        "country {}\nregion {}\ncity {}\nasn {}\nas-organization {}\nhttp {}\nsecure {}\n",
        shown(location.country),
        shown(location.region),
        shown(location.city),
        location.asn.unwrap_or(0),
        shown(location.as_organization),
        transport.http_version,
        if transport.secure { "yes" } else { "no" },
    ))
}
