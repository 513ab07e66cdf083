// Counts in a global: every answer is 1 unless requests share state. `?pages=N` grows the
// memory as well, and the answer tells the pages there were before.

import { Request, Response } from "@wheeler/assemblyscript";

let count = 0;

export function handle(request: Request): Response {
  const before = memory.size();
  const pages = request.searchParams.get("pages");
  if (pages !== null) memory.grow(I32.parseInt(pages));
  return Response.text((++count).toString() + " " + before.toString() + "\n");
}
