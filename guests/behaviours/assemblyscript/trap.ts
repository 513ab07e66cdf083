// Traps: before it answers, or with `?after=1` after it. With `?message=TEXT` it throws, so
// that the log has the text and the place.

import { Request, Response, respond } from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  const query = request.searchParams;
  if (query.has("after")) respond(Response.text("Answered\n"));
  const message = query.get("message");
  if (message !== null) throw new Error(message);
  unreachable();
  return null;
}
