//! Map tiles from two origins at once: whoever is first with a tile serves it, the other request
//! is broken off, and the log says who won. See ../../../tile-race.md.

use std::time::Duration;

use wheeler::{Error, Method, Pending, Request, Response, StatusCode, clock, config, log, respond, wait_any};

const PATIENCE: Duration = Duration::from_secs(5);
const TILE_BYTES_MAX: u64 = 1024 * 1024;

struct Runner {
    name: &'static str,
    pending: Pending,
}

#[wheeler::handler]
fn handle(request: Request) -> Result<(), Error> {
    if *request.method() != Method::GET {
        return respond(failure(StatusCode::METHOD_NOT_ALLOWED, "Only GET is answered here\n"));
    }
    let prefix = config::variable("PREFIX").unwrap_or_default();
    let path = request.path();
    let path = path.strip_prefix(&*prefix).unwrap_or(path);
    if !is_tile_path(path) {
        return respond(failure(StatusCode::NOT_FOUND, "Tiles are at /ZOOM/X/Y.png\n"));
    }
    let (Some(a), Some(b)) = (config::variable("TILES_A"), config::variable("TILES_B")) else {
        let text = "The variables TILES_A and TILES_B are not both set\n";
        return respond(failure(StatusCode::INTERNAL_SERVER_ERROR, text));
    };
    race(path, [start("a", &a, path)?, start("b", &b, path)?])
}

fn start(name: &'static str, origin: &str, path: &str) -> Result<Runner, Error> {
    let url = [origin.trim_end_matches('/'), path].concat();
    Ok(Runner { name, pending: Request::get(url).timeout(PATIENCE).start()? })
}

fn race(path: &str, runners: [Runner; 2]) -> Result<(), Error> {
    let began = clock::monotonic();
    let mut runners = Vec::from(runners);
    let mut is_missing = false;
    while !runners.is_empty() {
        let among: Vec<_> = runners.iter().map(|runner| (&runner.pending).into()).collect();
        let Some(ready) = wait_any(&among, None) else { continue };
        let Runner { name, pending } = runners.swap_remove(ready);
        match pending.take() {
            Ok(mut tile) if is_tile(&tile) => {
                // Breaks the other request off.
                drop(runners);
                tile.headers_mut().insert("x-tile-from", name)?;
                respond(tile)?;
                log::info!("{name} won {path} in {} ms", (clock::monotonic() - began).as_millis());
                return Ok(());
            }
            Ok(other) => {
                is_missing |= other.status() == StatusCode::NOT_FOUND;
                log::warn!("{name} has no tile for {path}: status {}", other.status());
            }
            Err(error) => log::warn!("{name} has no tile for {path}: {error}"),
        }
    }
    respond(match is_missing {
        true => failure(StatusCode::NOT_FOUND, "There is no such tile\n"),
        false => failure(StatusCode::BAD_GATEWAY, "No origin has an answer\n"),
    })
}

/// `/3/4/2.png`, and nothing else that could lead somewhere else.
fn is_tile_path(path: &str) -> bool {
    let is_number = |text: &str| (1..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    path.strip_prefix('/')
        .and_then(|path| path.strip_suffix(".png"))
        .is_some_and(|path| path.split('/').count() == 3 && path.split('/').all(is_number))
}

/// A page that says "all is well" is no tile, and neither is a gigabyte.
fn is_tile(response: &Response) -> bool {
    let header = |name| response.headers().get(name);
    response.status() == StatusCode::OK
        && header("content-type").is_some_and(|value| value.starts_with("image/"))
        && header("content-length")
            .is_none_or(|value| value.parse().is_ok_and(|bytes: u64| bytes <= TILE_BYTES_MAX))
}

fn failure(status: StatusCode, text: &str) -> Response {
    let mut response = Response::text(text);
    response.set_status(status);
    response
}
