// Tells the value of the variable `?variable=NAME`, whether the secret `?secret=NAME` is there,
// and what is left of the budget.

import { Request, Response, budget, secret, variable } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const query = request.searchParams;
  const lines = new Array<string>();
  const name = query.get("variable");
  if (name !== null) {
    const value = variable(name);
    lines.push("variable " + (value === null ? "none" : "= " + value));
  }
  const secretName = query.get("secret");
  if (secretName !== null) lines.push("secret " + (secret(secretName) === null ? "no" : "yes"));
  lines.push("cpu-ms-left " + budget.cpuMsLeft().toString());
  lines.push("fetches-left " + budget.fetchesLeft().toString());
  return Response.text(lines.join("\n") + "\n");
}
