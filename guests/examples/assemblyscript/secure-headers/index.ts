// A proxy that hardens the answers of the server behind it: adds the headers that a careful
// site sends, and hides what runs there. Both bodies are handed on unread: their bytes flow
// inside the host. Configured by the variables ORIGIN and PREFIX, see ../../README.md.

import { Headers, Redirect, Request, Response, fetch, variable } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const origin = variable("ORIGIN");
  if (origin === null) return Response.text("The variable ORIGIN is not set\n", 500);

  const outgoing = Request.from(request, target(origin, request.path));
  outgoing.redirect = Redirect.Manual;
  const answer = fetch(outgoing);
  const error = answer.error;
  if (error !== null) return Response.text("Bad gateway: " + error.message + "\n", 502);

  const response = Response.from(answer);
  harden(response.headers);
  return response;
}

/** Where `path` is at the origin: without the route's prefix. */
function target(origin: string, path: string): string {
  const prefix = variable("PREFIX");
  let rest = prefix !== null && path.startsWith(prefix) ? path.substring(prefix.length) : path;
  if (!rest.startsWith("/")) rest = "/" + rest;
  return (origin.endsWith("/") ? origin.substring(0, origin.length - 1) : origin) + rest;
}

function harden(headers: Headers): void {
  headers.delete("x-powered-by");
  headers.set("server", "wheeler");
  add(
    headers,
    "content-security-policy",
    "default-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'",
  );
  add(headers, "strict-transport-security", "max-age=31536000; includeSubDomains");
  add(headers, "x-content-type-options", "nosniff");
  add(headers, "referrer-policy", "strict-origin-when-cross-origin");
  add(headers, "x-frame-options", "SAMEORIGIN");
}

/** Adds a header where the origin has not decided itself. */
function add(headers: Headers, name: string, value: string): void {
  if (!headers.has(name)) headers.append(name, value);
}
