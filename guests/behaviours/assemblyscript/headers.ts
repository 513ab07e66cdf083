// Runs the header operations that the body asks for, one per line, on a fresh Headers object,
// and answers what each gave: `append|set NAME:VALUE`, `delete|get|has NAME`, `cookies`, `keys`, `values`.
// `incoming` goes on with the headers of the request, which cannot be changed, `copy` with a copy.

import { Headers, Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const script = request.text();
  if (script === null) return Response.text("The body was not complete\n", 400);
  const lines = script.split("\n");
  const answers = new Array<string>();
  let headers = new Headers();
  for (let i = 0; i < lines.length; i++) {
    const space = lines[i].indexOf(" ");
    const command = space < 0 ? lines[i] : lines[i].substring(0, space);
    const rest = space < 0 ? "" : lines[i].substring(space + 1);
    if (command == "incoming") headers = request.headers;
    else if (command == "copy") headers = new Headers(headers);
    else answers.push(run(headers, command, rest));
  }
  return Response.text(answers.join("\n"));
}

function run(headers: Headers, command: string, rest: string): string {
  const colon = rest.indexOf(":");
  const name = colon < 0 ? rest : rest.substring(0, colon);
  const value = rest.substring(colon + 1);
  if (command == "append") headers.append(name, value);
  else if (command == "set") headers.set(name, value);
  else if (command == "delete") headers.delete(name);
  else if (command == "has") return headers.has(name).toString();
  else if (command == "cookies") return headers.getSetCookie().join("|");
  else if (command == "keys") return headers.keys().join("|");
  else if (command == "values") return headers.values().join("|");
  else if (command == "get") {
    const found = headers.get(name);
    return found === null ? "null" : found;
  } else throw new Error("Unknown command " + command);
  return "";
}
