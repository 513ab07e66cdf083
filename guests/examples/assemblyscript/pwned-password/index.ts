// Tells a site whether a password that somebody types into its form is one that everybody knows.
// Who is asked learns five of the forty digits of the password's SHA-1 and no more; the answer
// is searched as it arrives. The request then goes on to the site with the header
// `x-password-pwned`. See ../../pwned-password.md.

import {
  Body, ErrorCode, Headers, JSON, Redirect, Request, Response, URLSearchParams, decode, fetch, log, variable,
} from "@wheeler/assemblyscript";
import { timesSeen, why } from "./range";

const VERDICT = "x-password-pwned";
const FORM_BYTES_MAX = 100 * 1024;

export function handle(request: Request): Response {
  const headers = new Headers(request.headers);
  // Nobody but us says this.
  headers.delete(VERDICT);
  const type = mediaType(request.headers.get("content-type"));
  const isForm = type == "application/x-www-form-urlencoded";
  let body = request.body;
  if (request.method == "POST" && body !== null && (isForm || type == "application/json")) {
    const form = body.bytes(FORM_BYTES_MAX);
    if (form === null) return unread(body);
    const password = isForm ? inForm(form) : inJson(form);
    if (password !== null) headers.set(VERDICT, verdict(password));
    body = Body.fromBytes(form);
  }
  return forward(request, headers, body);
}

/** Type and subtype, without parameters. */
function mediaType(value: string | null): string {
  if (value === null) return "";
  const end = value.indexOf(";");
  return (end < 0 ? value : value.substring(0, end)).trim().toLowerCase();
}

function inForm(form: Uint8Array): string | null {
  return new URLSearchParams(decode(form)).get("password");
}

function inJson(form: Uint8Array): string | null {
  const value = JSON.parse(decode(form));
  const password = value !== null ? value.get("password") : null;
  return password !== null ? password.asString() : null;
}

/**
 * How often the password was seen. Signing up must not depend on somebody else's server, so
 * without an answer that can be believed it is `unknown`.
 */
function verdict(password: string): string {
  const count = timesSeen(password);
  if (count >= 0) return count.toString();
  log.warn("The range API is of no help: " + why);
  return "unknown";
}

function unread(body: Body): Response {
  const error = body.error;
  const isTooLarge = error !== null && error.code == ErrorCode.TooLarge;
  return isTooLarge ? Response.text("The form is too large\n", 413) : Response.text("The form was cut off\n", 400);
}

function forward(request: Request, headers: Headers, body: Body | null): Response {
  const origin = variable("ORIGIN");
  if (origin === null) return Response.text("The variable ORIGIN is not set\n", 500);
  const prefix = variable("PREFIX");
  let path = request.path;
  if (prefix !== null && path.startsWith(prefix)) path = path.substring(prefix.length);
  const slash = path.startsWith("/") ? "" : "/";
  const base = origin.endsWith("/") ? origin.substring(0, origin.length - 1) : origin;
  const outgoing = new Request(base + slash + path, request.method, body, headers);
  outgoing.redirect = Redirect.Manual;
  const answer = fetch(outgoing);
  const error = answer.error;
  return error === null ? answer : Response.text("Bad gateway: " + error.message + "\n", 502);
}
