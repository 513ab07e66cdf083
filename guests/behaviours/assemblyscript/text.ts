// Reads the body as text and answers it as text: what is not UTF-8 has become U+FFFD.

import { Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const text = request.text();
  return text === null ? Response.text("The body was not complete\n", 400) : Response.text(text);
}
