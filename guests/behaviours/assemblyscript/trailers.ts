// Streams the body back as it comes in, and its trailers after it, with one more.

import { Headers, Request, Response, respond } from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  const body = request.body;
  if (body === null) return Response.text("A body is wanted\n", 400);
  const response = new Response();
  const writer = response.stream();
  respond(response);
  for (let chunk = body.read(); chunk !== null; chunk = body.read()) writer.write(chunk);
  const trailers = new Headers(body.trailers());
  trailers.append("x-seen", "yes");
  writer.finish(trailers);
  return null;
}
