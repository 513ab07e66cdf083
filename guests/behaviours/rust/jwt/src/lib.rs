//! Lets in who brings a JSON Web Token in `authorization`, and answers with its claims.
//! The variable `ALGORITHM` is HS256, RS256 or ES256; the secret `KEY` is text for HS256, a JSON
//! Web Key otherwise. What the token says about its algorithm is not asked (RFC 8725, 3.1).

use serde_json::Value;
use wheeler::crypto::{Key, SignatureAlgorithm, verify};
use wheeler::{Request, Response, StatusCode, clock, config};

#[wheeler::handler]
fn handle(request: Request) -> Result<Response, String> {
    let algorithm = config::variable("ALGORITHM").ok_or("The variable ALGORITHM is not set")?;
    let secret = config::secret("KEY").ok_or("The secret KEY is not set")?;
    let (algorithm, key) = match algorithm.as_str() {
        "HS256" => (SignatureAlgorithm::Hs256, Key::Raw(secret.as_bytes())),
        "RS256" => (SignatureAlgorithm::Rs256, Key::Jwk(&secret)),
        "ES256" => (SignatureAlgorithm::Es256, Key::Jwk(&secret)),
        other => return Err(format!("The variable ALGORITHM is {other}: HS256, RS256 or ES256 is wanted")),
    };
    let authorization = request.headers().get("authorization").unwrap_or_default();
    let Some((signed, claims, signature)) = authorization.strip_prefix("Bearer ").and_then(parts) else {
        return Ok(refusal("no token"));
    };
    if !verify(algorithm, key, signed, signature).map_err(|error| format!("The secret KEY: {error}"))? {
        return Ok(refusal("wrong signature"));
    }
    let now = clock::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    match serde_json::from_slice::<Value>(&claims) {
        Err(_) => Ok(refusal("claims are no JSON")),
        Ok(claims) if claims["exp"].as_f64().is_some_and(|end| end <= now.as_secs_f64()) => {
            Ok(refusal("expired"))
        }
        Ok(claims) => Ok(Response::json(claims.to_string())),
    }
}

/// What is signed, and the claims and the signature decoded.
fn parts(token: &str) -> Option<(&str, Vec<u8>, Vec<u8>)> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (_, claims) = signed.split_once('.')?;
    Some((signed, base64url(claims)?, base64url(signature)?))
}

/// RFC 4648, section 5, without padding.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for digit in text.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

fn refusal(why: &str) -> Response {
    let mut response = Response::text(format!("Not let in: {why}\n"));
    response.set_status(StatusCode::UNAUTHORIZED);
    response
}
