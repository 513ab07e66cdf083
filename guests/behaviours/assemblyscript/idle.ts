// Waits for the next bytes of the body, but `?ms=N` at most each time. Answers how many there
// were in all, and whether the end or the deadline came first.

import { Request, Response, waitAny } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const body = request.body;
  const ms = request.searchParams.get("ms");
  if (body === null || ms === null) return Response.text("A body and ms are wanted\n", 400);
  let total = 0;
  while (waitAny([body], I32.parseInt(ms)) == 0) {
    const chunk = body.read();
    if (chunk === null) return Response.text(total.toString() + " and the end\n");
    total += chunk.length;
  }
  return Response.text(total.toString() + " and then nothing\n");
}
