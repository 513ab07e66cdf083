//! A token that nobody can guess, and how many different letters it has.

use std::collections::HashMap;

use wheeler::{Request, Response, random};

#[wheeler::handler]
fn handle(_: Request) -> Response {
    let token: String = random::bytes(16).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut counts = HashMap::new();
    for letter in token.chars() {
        *counts.entry(letter).or_insert(0) += 1;
    }
    Response::text(format!("{token} {}\n", counts.len()))
}
