// Reads every byte of the request's body, or of the answer of `?from=URL`, flips the case bit
// of each, and streams it on: a fast source must wait for a slow reader.

import { Request, Response, fetch, respond } from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  const from = request.searchParams.get("from");
  const source = from === null ? request.body : fetch(from).body;
  if (source === null) return Response.text("Nothing to read\n", 400);

  const response = new Response();
  const writer = response.stream();
  respond(response);
  for (let chunk = source.read(); chunk !== null; chunk = source.read()) {
    for (let i = 0, length = chunk.length; i < length; i++) unchecked((chunk[i] ^= 0x20));
    if (!writer.write(chunk)) return null;
  }
  if (source.error === null) writer.finish();
  else writer.abort();
  return null;
}
