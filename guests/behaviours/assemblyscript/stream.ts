// Streams `?chunks=N` chunks of `?bytes=M` bytes; chunk i consists of the letter a + i mod 26.
// With `?cut=1` the stream is broken off after the last one.

import { Request, Response, respond } from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  const query = request.searchParams;
  const chunks = query.get("chunks");
  const bytes = query.get("bytes");
  if (chunks === null || bytes === null) return Response.text("chunks and bytes are wanted\n", 400);

  const response = new Response();
  const writer = response.stream();
  respond(response);
  const chunk = new Uint8Array(I32.parseInt(bytes));
  const count = I32.parseInt(chunks);
  for (let i = 0; i < count; i++) {
    chunk.fill(<u8>(0x61 + (i % 26)));
    if (!writer.write(chunk)) return null;
  }
  if (query.has("cut")) writer.abort();
  else writer.finish();
  return null;
}
