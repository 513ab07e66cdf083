//! The public keys of the identity provider, from where it publishes them. They are asked for at
//! each request; that this costs little is the business of the host's cache, where the app was
//! granted one.
//! Spec: RFC 7517, section 5.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use wheeler::{Error, Request, Response, StatusCode, config};

use crate::token::Refusal;

const PATIENCE: Duration = Duration::from_secs(3);
const KEYS_BYTES_MAX: u32 = 64 * 1024;
/// A token without `kid` may be by any of them, and each try costs.
const KEYS_MAX: usize = 8;

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// The keys of this name as JSON, or all when there is no name.
pub fn find(name: Option<&str>) -> Result<Vec<String>, Refusal> {
    let url = config::variable("JWKS_URL").ok_or(Refusal::Token("algorithm not allowed"))?;
    let answer = get(&url, None)?;
    let is_old = answer.headers().contains("age");
    let mut keys = named(answer, name)?;
    // What a cache kept may be older than the key: keys are rotated.
    if keys.is_empty() && is_old {
        keys = named(get(&url, Some("no-cache"))?, name)?;
    }
    match keys.len() {
        0 => Err(Refusal::Token("unknown key")),
        1..=KEYS_MAX => Ok(keys),
        _ => Err(Refusal::Token("ambiguous key")),
    }
}

fn get(url: &str, cache_control: Option<&str>) -> Result<Response, Refusal> {
    let mut request = Request::get(url).timeout(PATIENCE);
    if let Some(directive) = cache_control {
        request = request.header("cache-control", directive);
    }
    let answer = request.send().map_err(not_now)?;
    match answer.status() {
        StatusCode::OK => Ok(answer),
        status => Err(Refusal::NotNow(format!("{url} answered {status}"))),
    }
}

fn named(answer: Response, name: Option<&str>) -> Result<Vec<String>, Refusal> {
    let json = answer.into_body().collect_up_to(KEYS_BYTES_MAX).map_err(not_now)?;
    let set: KeySet = serde_json::from_slice(&json).map_err(|error| Refusal::NotNow(error.to_string()))?;
    let is_named = |key: &&Value| name.is_none_or(|name| key["kid"] == name);
    Ok(set.keys.iter().filter(is_named).map(Value::to_string).collect())
}

fn not_now(error: Error) -> Refusal {
    Refusal::NotNow(error.to_string())
}
