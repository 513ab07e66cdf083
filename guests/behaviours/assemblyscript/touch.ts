// Reads every byte of the request's body, or of the answer of `?from=URL`, flips the case bit
// of each, and streams it on: a fast source must wait for a slow reader. With `?rounds=N` it computes
// so long for each byte.

import { Request, Response, fetch, respond } from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  const from = request.searchParams.get("from");
  const source = from === null ? request.body : fetch(from).body;
  if (source === null) return Response.text("Nothing to read\n", 400);

  const rounds = request.searchParams.get("rounds");
  const roundsPerByte = rounds === null ? 0 : i32.parse(rounds);

  const response = new Response();
  const writer = response.stream();
  respond(response);
  for (let chunk = source.read(); chunk !== null; chunk = source.read()) {
    for (let i = 0, length = chunk.length; i < length; i++) unchecked((chunk[i] ^= 0x20));
    if (roundsPerByte > 0) chunk[0] ^= compute(roundsPerByte * chunk.length);
    if (!writer.write(chunk)) return null;
  }
  if (source.error === null) writer.finish();
  else writer.abort();
  return null;
}

function compute(rounds: i32): u8 {
  let x: u32 = 1;
  for (let i = 0; i < rounds; i++) x = x * 1664525 + 1013904223;
  return <u8>(x >> 24) & 0x20;
}
