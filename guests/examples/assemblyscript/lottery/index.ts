// Lottery numbers from somebody else's dice: a site that has no back end. Asks a server for the
// numbers 1 to 49 in random order, takes the first six, and shows them on a page. Two seconds
// are enough for that, and what is no such list is not shown. See ../../lottery.md.

import { Request, Response, fetch, variable } from "@wheeler/assemblyscript";
import { page } from "./page";

const DRAWN = 6;
const HIGHEST = 49;
const PATIENCE_MS = 2_000;
const LIST_BYTES_MAX = 4 * 1024;

export function handle(request: Request): Response {
  if (request.method != "GET" && request.method != "HEAD") {
    const response = Response.text("Only GET is answered here\n", 405);
    response.headers.set("allow", "GET, HEAD");
    return response;
  }
  const numbers = draw();
  const response = Response.html(page(numbers), numbers === null ? 502 : 200);
  response.headers.set("cache-control", "no-store");
  response.headers.set("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'");
  return response;
}

/** Six different numbers in order, or null when there are none to be had. */
function draw(): i32[] | null {
  const url = variable("RANDOM_URL");
  if (url === null) return null;
  const request = new Request(url);
  request.timeoutMs = PATIENCE_MS;
  const answer = fetch(request);
  if (answer.status != 200) return null;
  const list = answer.text(LIST_BYTES_MAX);
  if (list === null) return null;
  const lines = list.trim().split("\n");
  const drawn = new Array<i32>();
  for (let i = 0; i < lines.length && drawn.length < DRAWN; i++) {
    const number = numberIn(lines[i].trim());
    if (number < 1 || number > HIGHEST || drawn.includes(number)) return null;
    drawn.push(number);
  }
  return drawn.length == DRAWN ? drawn.sort() : null;
}

/** A number of one or two digits, or 0. */
function numberIn(text: string): i32 {
  if (!text.length || text.length > 2) return 0;
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (<u32>digit > 9) return 0;
    number = number * 10 + digit;
  }
  return number;
}
