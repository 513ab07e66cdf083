//! Whether a token lets its bearer in: its signature, then its claims.
//! Spec: RFC 7519; RFC 8725 for what goes wrong with it elsewhere.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wheeler::crypto::{Key, SignatureAlgorithm, verify};
use wheeler::{clock, config};

use crate::keys;

pub enum Refusal {
    /// What is wrong with the token.
    Token(&'static str),
    /// It cannot be told: the keys are not there.
    NotNow(String),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// Extensions that have to be understood. We understand none.
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    exp: f64,
    nbf: Option<f64>,
    iss: Option<String>,
    aud: Option<Audience>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Checks the value of `authorization`.
pub fn check(authorization: &str) -> Result<(), Refusal> {
    let token = match authorization.split_at_checked(7) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer ") => token.trim(),
        _ => return Err(Refusal::Token("no token")),
    };
    let (signed, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
    let (header, claims) = signed.split_once('.').ok_or(MALFORMED)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| MALFORMED)?;
    check_signature(&decoded(header)?, signed, &signature)?;
    check_claims(&decoded(claims)?)
}

const MALFORMED: Refusal = Refusal::Token("malformed token");

/// The token names an algorithm, and we decide with what keys that can be one. A key of the
/// identity provider is never the secret of an HMAC.
fn check_signature(header: &Header, signed: &str, signature: &[u8]) -> Result<(), Refusal> {
    if header.crit.is_some() {
        return Err(Refusal::Token("unknown extension"));
    }
    let is_by = |algorithm, key| verify(algorithm, key, signed, signature).unwrap_or(false);
    let is_genuine = match (header.alg.as_str(), config::secret("HS256_KEY")) {
        ("HS256", Some(secret)) => is_by(SignatureAlgorithm::Hs256, Key::Raw(secret.as_bytes())),
        (name @ ("RS256" | "ES256"), _) => {
            let is_rsa = name == "RS256";
            let algorithm = if is_rsa { SignatureAlgorithm::Rs256 } else { SignatureAlgorithm::Es256 };
            keys::find(header.kid.as_deref())?.iter().any(|key| is_by(algorithm, Key::Jwk(key)))
        }
        _ => return Err(Refusal::Token("algorithm not allowed")),
    };
    is_genuine.then_some(()).ok_or(Refusal::Token("wrong signature"))
}

fn check_claims(claims: &Claims) -> Result<(), Refusal> {
    let now = clock::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs_f64();
    if claims.exp <= now {
        return Err(Refusal::Token("expired"));
    }
    if claims.nbf.is_some_and(|begin| begin > now) {
        return Err(Refusal::Token("not valid yet"));
    }
    if config::variable("ISSUER").is_some_and(|issuer| claims.iss != Some(issuer)) {
        return Err(Refusal::Token("wrong issuer"));
    }
    let is_for = |us: &String| match &claims.aud {
        Some(Audience::One(one)) => one == us,
        Some(Audience::Many(many)) => many.contains(us),
        None => false,
    };
    if config::variable("AUDIENCE").is_some_and(|us| !is_for(&us)) {
        return Err(Refusal::Token("wrong audience"));
    }
    Ok(())
}

fn decoded<T: DeserializeOwned>(part: &str) -> Result<T, Refusal> {
    let json = URL_SAFE_NO_PAD.decode(part).map_err(|_| MALFORMED)?;
    serde_json::from_slice(&json).map_err(|_| MALFORMED)
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Token(why) => f.write_str(why),
            Refusal::NotNow(why) => f.write_str(why),
        }
    }
}
