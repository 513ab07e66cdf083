// Uses what no other behaviour does: the parser of URLs, the clocks, random numbers, redirects
// as they are, the client's description, and text in and out. One line for each.

import { Redirect, Request, Response, URL, clock, crypto, encode, fetch, log } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const text = request.text();
  const query = request.searchParams;
  const lines = new Array<string>();
  lines.push("text " + (text === null ? "none" : text));
  const url = query.get("parse");
  if (url !== null) {
    const parsed = URL.parse(url, query.get("base"));
    lines.push("url " + (parsed === null ? "none" : parsed.href + " " + parsed.host + " " + parsed.search));
  }
  const redirecting = query.get("redirecting");
  if (redirecting !== null) {
    const outgoing = new Request(redirecting);
    outgoing.redirect = Redirect.Manual;
    outgoing.timeoutMs = 1000;
    lines.push("status " + fetch(outgoing).status.toString());
  }
  const client = request.client;
  const country = client.country;
  lines.push("client " + client.address + " " + (country === null ? "unknown" : country));
  lines.push("id " + (request.id.length ? "yes" : "no"));
  lines.push("clock " + clock.wallMs().toString() + " " + (clock.monotonicNs() > 0 ? "runs" : "stands"));
  lines.push("random " + crypto.randomBytes(8).length.toString() + " " + (Math.random() < 1 ? "below one" : "too high"));
  trace("traced", 1, <f64>encode("é").length);
  log.debug("debug line");
  return Response.text(lines.join("\n") + "\n");
}
