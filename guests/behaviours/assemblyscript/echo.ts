// Hands the request's body back unread.

import { Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  return new Response(request.body);
}
