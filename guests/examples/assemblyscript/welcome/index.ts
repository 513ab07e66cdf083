// The index page: what this server has to show, as the variable LINKS tells it, and what to
// try next. One self-contained page: nothing is fetched, nothing runs in the browser.
// The format of LINKS is in ../../README.md.

import { Request, Response, crypto, variable } from "@wheeler/assemblyscript";
import { STYLE } from "./style";

export function handle(request: Request): Response {
  if (request.pathname != "/") return Response.text("There is nothing here\n", 404);
  if (request.method != "GET" && request.method != "HEAD") return notAllowed();
  const title = variable("TITLE");
  const links = variable("LINKS");
  // Only the style that carries this number counts, so what LINKS brings along cannot.
  const nonce = crypto.randomU64().toString(16);
  const response = Response.html(page(title, links, originOf(request.url), nonce));
  response.headers.set(
    "content-security-policy",
    "default-src 'none'; style-src 'nonce-" + nonce + "'; base-uri 'none'; frame-ancestors 'none'",
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

function page(title: string | null, links: string | null, origin: string, nonce: string): string {
  const name = title === null ? "wheeler" : escape(title);
  const parts = [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    "<title>" + name + '</title>\n<style nonce="' + nonce + '">' + STYLE + "</style>\n</head>\n<body>\n<main>\n",
    "<h1>" + name + "</h1>\n",
    '<p class="lead">WebAssembly components answer HTTP here, each request in fresh state. ',
    "This page too: it was made by an instance that is gone by now.</p>\n",
  ];
  if (links !== null) addSections(parts, links.split("\n"), origin);
  parts.push("</main>\n</body>\n</html>\n");
  return parts.join("");
}

/** What the lines of LINKS say, each run of entries or commands as one list. */
function addSections(parts: string[], lines: string[], origin: string): void {
  let open = "";
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].trim();
    if (!line.length) continue;
    const kind = line.startsWith("# ") ? "" : line.startsWith("$ ") ? "pre" : "ul";
    if (open != kind) {
      if (open.length) parts.push("</" + open + ">\n");
      if (kind.length) parts.push("<" + kind + ">");
      open = kind;
    }
    if (kind == "") parts.push("<h2>" + escape(line.substring(2)) + "</h2>\n");
    else if (kind == "pre") parts.push(escape(line.substring(2).replaceAll("{origin}", origin)) + "\n");
    else addEntry(parts, line);
  }
  if (open.length) parts.push("</" + open + ">\n");
}

function addEntry(parts: string[], line: string): void {
  const space = line.indexOf(" ");
  const target = escape(space < 0 ? line : line.substring(0, space));
  const text = space < 0 ? "" : escape(line.substring(space + 1));
  parts.push('\n<li><a href="' + target + '">' + target + "</a><span>" + text + "</span></li>");
}

/** Scheme, host and port of a serialised URL. */
function originOf(url: string): string {
  return url.substring(0, url.indexOf("/", url.indexOf("//") + 2));
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
