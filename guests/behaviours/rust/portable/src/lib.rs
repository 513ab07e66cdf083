//! A path for each thing that every host of HTTP handlers can do: test/e2e/portable.test.ts.
//! The other server is that of the header `x-origin`.

use std::time::Duration;

use wheeler::{Error, Pending, Redirect, Request, Response, fetch, respond, sleep, url, wait_any};

#[wheeler::handler]
fn handle(request: Request) -> Result<(), Error> {
    let path = request.path().to_owned();
    let (first, rest) = path[1..].split_once('/').unwrap_or((&path[1..], ""));
    respond(match first {
        "hello" => Response::text(format!("Hello from {}\n", request.path_and_query())),
        "echo" => Response::new(request.into_body()),
        "upper" => return upper(request),
        "headers" => headers(&request)?,
        "status" => Response::builder().status(rest.parse::<u16>().unwrap_or(500)).body(())?,
        "fetch" => forward(request, rest),
        "race" => race(&request)?,
        "wait" => {
            sleep(Duration::from_millis(20));
            Response::text("waited\n")
        }
        "url" => Response::text(url::parse(rest, Some(request.url())).map_or("none".into(), |url| url.href)),
        _ => Response::builder().status(404).body("Not found\n")?,
    })
}

fn upper(request: Request) -> Result<(), Error> {
    let mut source = request.into_body();
    let mut out = Response::new(()).stream()?;
    while let Some(mut piece) = source.chunk()? {
        piece.make_ascii_uppercase();
        out.send(&piece)?;
    }
    out.finish()
}

fn headers(request: &Request) -> Result<Response, Error> {
    let asked: Vec<_> = request.headers().get_all("x-ask").flat_map(|line| line.split(", ")).collect();
    let latin = if request.query() == Some("latin") { "caf\u{e9}" } else { "cafe" };
    Response::builder()
        .header("set-cookie", "a=1")
        .header("set-cookie", "b=2")
        .header("x-latin", latin)
        .header("x-asked", asked.join("|"))
        .header("connection", "close")
        .body(())
}

fn forward(mut request: Request, rest: &str) -> Response {
    request.set_url([&origin(&request), "/", rest].concat());
    request.set_redirect(Redirect::Follow);
    fetch(request).unwrap_or_else(|_| {
        let mut failure = Response::text("Bad gateway\n");
        failure.set_status(wheeler::StatusCode::BAD_GATEWAY);
        failure
    })
}

fn race(request: &Request) -> Result<Response, Error> {
    let origin = origin(request);
    let mut runners: Vec<_> = ["/slow", "/fast"].map(|path| Pending::start([&*origin, path].concat())).into();
    let among: Vec<_> = runners.iter().map(Into::into).collect();
    let first = wait_any(&among, Some(Duration::from_secs(5))).unwrap_or(0);
    Ok(Response::new(runners.swap_remove(first).take()?.into_body()))
}

fn origin(request: &Request) -> String {
    request.headers().get("x-origin").unwrap_or_default().into_owned()
}
