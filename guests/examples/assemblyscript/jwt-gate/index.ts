// Stands before a store of objects that knows no users, and lets in who brings a JSON Web Token.
// The token does not reach the store. See ../../jwt-gate.md.

import { Redirect, Request, Response, fetch, log, variable } from "@wheeler/assemblyscript";
import { Refusal, check } from "./token";

export function handle(request: Request): Response {
  // Who may read may not write.
  if (request.method != "GET" && request.method != "HEAD") {
    const response = Response.text("Only GET and HEAD are answered here\n", 405);
    response.headers.set("allow", "GET, HEAD");
    return response;
  }
  const refusal = check(request.headers.get("authorization"));
  if (refusal === null) return fromStore(request);
  if (!refusal.isNotNow) return refused(refusal);
  log.error("The keys are not there: " + refusal.reason);
  return Response.text("Nobody can be let in at the moment\n", 503);
}

function fromStore(request: Request): Response {
  const origin = variable("ORIGIN");
  if (origin === null) return Response.text("The variable ORIGIN is not set\n", 500);
  const prefix = variable("PREFIX");
  let path = request.path;
  if (prefix !== null && path.startsWith(prefix)) path = path.substring(prefix.length);
  const slash = path.startsWith("/") ? "" : "/";
  const base = origin.endsWith("/") ? origin.substring(0, origin.length - 1) : origin;
  const outgoing = Request.from(request, base + slash + path);
  outgoing.headers.delete("authorization");
  outgoing.redirect = Redirect.Manual;
  const answer = fetch(outgoing);
  const error = answer.error;
  if (error !== null) return Response.text("Bad gateway: " + error.message + "\n", 502);
  const object = Response.from(answer);
  // Whatever the store says: caches between us and the client must not give it to others.
  object.headers.append("cache-control", "private");
  return object;
}

/** Spec: RFC 6750, section 3. */
function refused(refusal: Refusal): Response {
  const response = Response.text("Not let in: " + refusal.reason + "\n", 401);
  const challenge = 'Bearer error="invalid_token", error_description="' + refusal.reason + '"';
  response.headers.set("www-authenticate", challenge);
  return response;
}
