// Starts a fetch for each `?url=`, answers with the body of the first that is ready, and breaks
// the others off. With `?ms=N` nothing has been ready after N ms: 504.

import { Pending, Request, Response, Waitable, startFetch, waitAny } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const query = request.searchParams;
  const urls = query.getAll("url");
  const runners = new Array<Waitable>();
  for (let i = 0; i < urls.length; i++) runners.push(startFetch(urls[i]));

  const ms = query.get("ms");
  const winner = waitAny(runners, ms === null ? -1 : I32.parseInt(ms));
  for (let i = 0; i < runners.length; i++) {
    if (i != winner) (runners[i] as Pending).abort();
  }
  if (winner < 0) return Response.text("Nobody was ready in time\n", 504);
  return new Response((runners[winner] as Pending).take().body);
}
