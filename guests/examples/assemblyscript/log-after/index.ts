// A proxy that tells a log server about every request, after the response: nobody waits for it.
// What runs then is on the request's receipt like all the rest. See ../../log-after.md.

import {
  Body, Headers, JSON, Redirect, Request, Response, clock, fetch, log, respond, variable,
} from "@wheeler/assemblyscript";

const PATIENCE_MS = 5_000;

export function handle(request: Request): Response | null {
  const beganNs = clock.monotonicNs();
  const response = forward(request);
  const status = response.status;
  const waitedMs = (clock.monotonicNs() - beganNs) / 1_000_000;
  const error = respond(response);
  if (error !== null) throw new Error(error.message);

  // From here on the client has its answer, and its body flows on beside us.
  // The path is without its query, which may hold what is nobody's business.
  send(
    '{"id":' + JSON.quote(request.id) +
    ',"method":' + JSON.quote(request.method) +
    ',"path":' + JSON.quote(request.pathname) +
    ',"status":' + status.toString() +
    ',"waitedMs":' + waitedMs.toString() + "}",
  );
  return null;
}

function forward(request: Request): Response {
  const origin = variable("ORIGIN");
  if (origin === null) return Response.text("The variable ORIGIN is not set\n", 500);
  const prefix = variable("PREFIX");
  let path = request.path;
  if (prefix !== null && path.startsWith(prefix)) path = path.substring(prefix.length);
  const slash = path.startsWith("/") ? "" : "/";
  const base = origin.endsWith("/") ? origin.substring(0, origin.length - 1) : origin;
  const outgoing = Request.from(request, base + slash + path);
  outgoing.redirect = Redirect.Manual;
  const answer = fetch(outgoing);
  const error = answer.error;
  return error === null ? answer : Response.text("Bad gateway: " + error.message + "\n", 502);
}

function send(entry: string): void {
  const url = variable("LOG_URL");
  if (url === null) return lost("the variable LOG_URL is not set");
  const headers = new Headers();
  headers.set("content-type", "application/json");
  const request = new Request(url, "POST", Body.fromText(entry), headers);
  request.timeoutMs = PATIENCE_MS;
  const answer = fetch(request);
  const error = answer.error;
  if (error !== null) lost(error.message);
  else if (!answer.ok) lost("it answered " + answer.status.toString());
}

function lost(reason: string): void {
  log.warn("The log server was not told: " + reason);
}
