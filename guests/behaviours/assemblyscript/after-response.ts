// Answers, sleeps `?ms=N`, then logs, and fetches `?url=` if there is one.

import { Request, Response, fetch, log, respond, sleep } from "@wheeler/assemblyscript";

export function handle(request: Request): Response | null {
  const query = request.searchParams;
  respond(Response.text("Answered\n"));
  const ms = query.get("ms");
  if (ms !== null) sleep(I32.parseInt(ms));
  log.info("After the response");
  const url = query.get("url");
  if (url !== null) log.info("Fetched with status " + fetch(url).status.toString());
  return null;
}
