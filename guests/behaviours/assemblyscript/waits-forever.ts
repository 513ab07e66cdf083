// Waits for nothing, without a deadline, before it answers.

import { Request, Response, waitAny } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  waitAny([]);
  return Response.text("This is never sent\n");
}
