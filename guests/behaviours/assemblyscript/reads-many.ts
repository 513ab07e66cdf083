// Fetches `?url=URL` one after the other, `?times=N` times, and reads each answer to its end.
// Answers how many bytes there were, and the pages of memory at the end.

import { Request, Response, fetch } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const query = request.searchParams;
  const url = query.get("url");
  const times = query.get("times");
  if (url === null || times === null) return Response.text("url and times are wanted\n", 400);
  let total = 0;
  for (let i = I32.parseInt(times); i > 0; i--) {
    const body = fetch(url).body;
    if (body === null) return Response.text("No answer\n", 502);
    for (let chunk = body.read(); chunk !== null; chunk = body.read()) total += chunk.length;
    body.cancel();
  }
  return Response.text(total.toString() + " bytes, " + memory.size().toString() + " pages\n");
}
