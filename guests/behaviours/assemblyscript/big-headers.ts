// Answers with `?lines=N` header lines whose values have `?bytes=M` bytes.

import { Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const query = request.searchParams;
  const lines = query.get("lines");
  const bytes = query.get("bytes");
  if (lines === null || bytes === null) return Response.text("lines and bytes are wanted\n", 400);
  const response = Response.text("Big\n");
  const value = "x".repeat(I32.parseInt(bytes));
  for (let i = 0, count = I32.parseInt(lines); i < count; i++) {
    response.headers.append("x-line-" + i.toString(), value);
  }
  return response;
}
