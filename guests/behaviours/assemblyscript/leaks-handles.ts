// Opens `?pipes=N` streams, touches none of them again, and answers.

import { Pipe, Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const pipes = request.searchParams.get("pipes");
  for (let i = pipes === null ? 0 : I32.parseInt(pipes); i > 0; i--) new Pipe();
  return Response.text("Leaked\n");
}
