// Map tiles from two origins at once: whoever is first with a tile serves it, the other request
// is broken off, and the log says who won. See ../../tile-race.md.

import {
  Pending, Request, Response, Waitable, clock, log, respond, startFetch, variable, waitAny,
} from "@wheeler/assemblyscript";

const PATIENCE_MS = 5_000;
const TILE_BYTES_MAX = 1024 * 1024;

export function handle(request: Request): Response | null {
  if (request.method != "GET") return Response.text("Only GET is answered here\n", 405);
  const prefix = variable("PREFIX");
  let path = request.pathname;
  if (prefix !== null && path.startsWith(prefix)) path = path.substring(prefix.length);
  if (!isTilePath(path)) return Response.text("Tiles are at /ZOOM/X/Y.png\n", 404);
  const a = variable("TILES_A");
  const b = variable("TILES_B");
  if (a === null || b === null) return Response.text("The variables TILES_A and TILES_B are not both set\n", 500);
  return race(path, ["a", "b"], [start(a, path), start(b, path)]);
}

function start(origin: string, path: string): Waitable {
  const base = origin.endsWith("/") ? origin.substring(0, origin.length - 1) : origin;
  const request = new Request(base + path);
  request.timeoutMs = PATIENCE_MS;
  return startFetch(request);
}

function race(path: string, names: string[], runners: Waitable[]): Response | null {
  const beganNs = clock.monotonicNs();
  let isMissing = false;
  while (runners.length) {
    const ready = waitAny(runners);
    const name = names.splice(ready, 1)[0];
    const tile = (runners.splice(ready, 1)[0] as Pending).take();
    if (isTile(tile)) {
      for (let i = 0; i < runners.length; i++) (runners[i] as Pending).abort();
      const response = Response.from(tile);
      response.headers.set("x-tile-from", name);
      const error = respond(response);
      if (error !== null) throw new Error(error.message);
      const tookMs = (clock.monotonicNs() - beganNs) / 1_000_000;
      log.info(name + " won " + path + " in " + tookMs.toString() + " ms");
      return null;
    }
    isMissing = isMissing || tile.status == 404;
    const error = tile.error;
    const reason = error === null ? "status " + tile.status.toString() : error.message;
    log.warn(name + " has no tile for " + path + ": " + reason);
  }
  return isMissing ? Response.text("There is no such tile\n", 404) : Response.text("No origin has an answer\n", 502);
}

/** `/3/4/2.png`, and nothing else that could lead somewhere else. */
function isTilePath(path: string): bool {
  if (!path.startsWith("/") || !path.endsWith(".png")) return false;
  const numbers = path.substring(1, path.length - 4).split("/");
  return numbers.length == 3 && isNumber(numbers[0]) && isNumber(numbers[1]) && isNumber(numbers[2]);
}

function isNumber(text: string): bool {
  if (!text.length || text.length > 9) return false;
  for (let i = 0; i < text.length; i++) {
    if (<u32>(text.charCodeAt(i) - 0x30) > 9) return false;
  }
  return true;
}

/** A page that says "all is well" is no tile, and neither is a gigabyte. */
function isTile(response: Response): bool {
  const type = response.headers.get("content-type");
  const length = response.headers.get("content-length");
  return (
    response.status == 200 &&
    type !== null && type.startsWith("image/") &&
    (length === null || F64.parseFloat(length) <= <f64>TILE_BYTES_MAX)
  );
}
