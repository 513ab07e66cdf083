// Answers twice; the second answer is refused, and the log says with what error.

import { Request, Response, log, respond } from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  respond(Response.text("First\n"));
  const error = respond(Response.text("Second\n"));
  log.info(error === null ? "Accepted" : "Refused with code " + (<i32>error.code).toString());
  return null;
}
