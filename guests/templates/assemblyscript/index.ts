// The handler: one function from a request to a response. Every request runs in fresh state.

import { Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const name = request.searchParams.get("name");
  return Response.text("Hello, " + (name === null ? "world" : name) + "!\n");
}
