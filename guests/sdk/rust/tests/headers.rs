//! Headers behave as WHATWG Fetch says.

use wheeler::{ErrorCode, HeaderMap};

fn lines(headers: &HeaderMap) -> Vec<(&str, &str)> {
    headers.iter().collect()
}

#[test]
fn names_are_compared_without_regard_to_case_and_values_combined() {
    let mut headers = HeaderMap::new();
    headers.append("Accept", "a").unwrap();
    headers.append("x", "1").unwrap();
    headers.append("ACCEPT", "b").unwrap();
    headers.append("accept", "c").unwrap();
    assert_eq!(headers.get("aCCept").as_deref(), Some("a, b, c"));
    assert_eq!(headers.get_all("accept").collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(headers.names().collect::<Vec<_>>(), ["accept", "x"]);
    assert_eq!(headers.get("y"), None);
}

#[test]
fn insert_replaces_all_lines_in_the_place_of_the_first() {
    let mut headers = HeaderMap::new();
    for (name, value) in [("a", "1"), ("b", "2"), ("c", "3"), ("b", "4")] {
        headers.append(name, value).unwrap();
    }
    headers.insert("B", "5").unwrap();
    headers.insert("d", "6").unwrap();
    assert_eq!(lines(&headers), [("a", "1"), ("b", "5"), ("c", "3"), ("d", "6")]);
}

#[test]
fn remove_takes_all_lines_and_tells_whether_there_were_any() {
    let mut headers = HeaderMap::new();
    headers.append("set-cookie", "a=1").unwrap();
    headers.append("set-cookie", "b=2").unwrap();
    assert!(headers.remove("Set-Cookie"));
    assert!(!headers.remove("set-cookie"));
    assert!(headers.is_empty());
}

#[test]
fn values_lose_whitespace_at_their_ends() {
    let mut headers = HeaderMap::new();
    headers.append("a", " \t\r\nb  c\n ").unwrap();
    assert_eq!(lines(&headers), [("a", "b  c")]);
}

#[test]
fn what_breaks_the_rules_is_refused_and_changes_nothing() {
    let mut headers = HeaderMap::new();
    let wrong = [
        ("", "v"),
        ("a b", "v"),
        ("a:", "v"),
        ("ä", "v"),
        ("a", "b\nc"),
        ("a", "b\rc"),
        ("a", "\0"),
        ("a", "\u{100}"),
    ];
    for (name, value) in wrong {
        assert_eq!(
            headers.append(name, value).unwrap_err().code(),
            ErrorCode::Invalid,
            "{name:?}: {value:?}"
        );
        assert_eq!(
            headers.insert(name, value).unwrap_err().code(),
            ErrorCode::Invalid,
            "{name:?}: {value:?}"
        );
    }
    assert!(headers.is_empty());
    headers.append("!#$%&'*+-.^_`|~0aZ", "\u{ff}\t\u{7f}x").unwrap();
}
