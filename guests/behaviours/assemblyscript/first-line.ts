// Logs a line before it does anything else, then answers with method and path. bench/cold-start
// takes the line for its first instruction.

import { Request, Response, log } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  log.info("first instruction");
  return Response.json('{"method":"' + request.method + '","path":"' + request.path + '"}');
}
