// The index page: the examples of this server as the variable EXAMPLES tells them, each with its
// source and buttons to try it, and what that took. One self-contained page; without scripts its
// links and commands are still there. The format of EXAMPLES is in ../../README.md.

import { Request, Response, crypto, variable } from "@wheeler/assemblyscript";
import { Catalogue } from "./catalogue";
import { escape } from "./escape";
import { SCRIPT } from "./script";
import { STYLE } from "./style";

export function handle(request: Request): Response {
  if (request.pathname != "/") return Response.text("There is nothing here\n", 404);
  if (request.method != "GET" && request.method != "HEAD") return notAllowed();
  // Only the style and the script that carry this number count, so what EXAMPLES brings along cannot.
  const nonce = crypto.randomU64().toString(16);
  const response = Response.html(page(originOf(request.url), nonce));
  response.headers.set(
    "content-security-policy",
    "default-src 'none'; style-src 'nonce-" + nonce + "'; script-src 'nonce-" + nonce +
    "'; connect-src 'self'; img-src blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("cache-control", "no-store");
  return response;
}

function notAllowed(): Response {
  const response = Response.text("Only GET is answered here\n", 405);
  response.headers.set("allow", "GET, HEAD");
  return response;
}

function page(origin: string, nonce: string): string {
  const title = variable("TITLE");
  const name = title === null ? "wheeler" : escape(title);
  const examples = variable("EXAMPLES");
  const languages = variable("LANGUAGES");
  const catalogue = new Catalogue(origin, variable("SOURCES"), languages === null ? [] : languages.split(" "));
  if (examples !== null) catalogue.add(examples.split("\n"));
  const parts = [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n',
    "<title>" + name + '</title>\n<style nonce="' + nonce + '">' + STYLE + "</style>\n</head>\n<body>\n<main>\n",
    "<h1>" + name + "</h1>\n",
    '<p class="lead">WebAssembly components answer HTTP here, each request in fresh state. ',
    "This page too: it was made by an instance that is gone by now.</p>\n",
    catalogue.html(),
    '</main>\n<script nonce="' + nonce + '">' + SCRIPT + "</script>\n</body>\n</html>\n",
  ];
  return parts.join("");
}

/** Scheme, host and port of a serialised URL. */
function originOf(url: string): string {
  return url.substring(0, url.indexOf("/", url.indexOf("//") + 2));
}
