//! Requests, responses and bodies, as far as they need no host.

use std::io::Read;
use std::time::Duration;

use wheeler::{Body, ErrorCode, Method, Request, Response, StatusCode, Waitable, url, wait_any};

fn request(url: &str) -> Request {
    Request::get(url).build().unwrap()
}

#[test]
fn the_path_is_cut_out_of_the_url() {
    for (url, target, path, query) in [
        ("https://a.example/b/c?d=e#f", "/b/c?d=e", "/b/c", Some("d=e")),
        ("http://[::1]:80/", "/", "/", None),
        ("http://a", "/", "/", None),
        ("http://a/b?c?d/e", "/b?c?d/e", "/b", Some("c?d/e")),
        ("http://a/http://b?", "/http://b?", "/http://b", Some("")),
    ] {
        let request = request(url);
        assert_eq!(
            (request.path_and_query(), request.path(), request.query()),
            (target, path, query),
            "{url}"
        );
    }
}

#[test]
fn the_query_is_decoded_as_a_form() {
    let request = request("http://a/?x=1%202+3&&y&z=%E2%82%AC%zz%4&x=no");
    assert_eq!(request.query_value("x").as_deref(), Some("1 2 3"));
    assert_eq!(request.query_value("y").as_deref(), Some(""));
    assert_eq!(request.query_value("z").as_deref(), Some("€%zz%4"));
    assert_eq!(request.query_value("w"), None);
    assert_eq!(url::query_pairs("").count(), 0);
}

#[test]
fn a_builder_keeps_the_first_mistake() {
    let error = Request::get("http://a/").header("a b", "c").header("d", "e\nf").build().unwrap_err();
    assert_eq!(
        (error.code(), error.message()),
        (ErrorCode::Invalid, "The header name \"a b\" is not a token")
    );
    let error = Response::builder().status(600).header("a b", "c").body(()).unwrap_err();
    assert_eq!(error.message(), "The status 600 is not between 200 and 599");
}

#[test]
fn methods_are_tokens_and_case_sensitive() {
    assert_eq!(Method::try_from("PURGE").unwrap(), "PURGE");
    assert_ne!(Method::try_from("get").unwrap(), Method::GET);
    assert!(Method::try_from("A B").is_err() && Method::try_from("").is_err());
}

#[test]
fn a_status_is_between_200_and_599() {
    assert_eq!(StatusCode::try_from(418).unwrap().as_u16(), 418);
    assert!(StatusCode::try_from(199).is_err() && StatusCode::try_from(600).is_err());
}

#[test]
fn bytes_at_hand_are_read_like_a_stream() {
    let mut body = Body::from("hello");
    let mut start = [0; 2];
    body.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"he");
    assert_eq!(body.chunk().unwrap().as_deref(), Some(&b"llo"[..]));
    assert_eq!(body.chunk().unwrap(), None);
    assert_eq!(Body::from(vec![b'a', 0xff]).text().unwrap(), "a\u{fffd}");
    assert_eq!(Body::from("abc").collect_up_to(2).unwrap_err().code(), ErrorCode::TooLarge);
    assert_eq!(Body::empty().collect().unwrap(), []);
}

#[test]
fn bytes_at_hand_are_ready() {
    let body = Body::from("x");
    assert_eq!(wait_any(&[Waitable::from(&body)], Some(Duration::ZERO)), Some(0));
}
