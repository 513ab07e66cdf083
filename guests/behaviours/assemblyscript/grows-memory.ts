// Takes `?mb=N` MB of memory and writes to all of it. Beyond the app's limit there is none.

import { Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const mb = request.searchParams.get("mb");
  const count = mb === null ? 1 : <i32>parseInt(mb);
  let written: usize = 0;
  for (let i = 0; i < count; i++) {
    const block = new Uint8Array(1 << 20);
    block.fill(1);
    written += block.length;
  }
  return Response.text(written.toString() + " bytes\n");
}
