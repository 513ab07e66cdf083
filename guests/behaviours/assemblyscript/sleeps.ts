// Waits `?ms=N` before it answers.

import { Request, Response, sleep } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const ms = request.searchParams.get("ms");
  sleep(ms === null ? 0 : I32.parseInt(ms));
  return Response.text("Slept\n");
}
