// Answers with what it was asked: method, path and headers, as JSON.
// Nothing is freed while a request runs, so the text is made of pieces that are joined once.

import { Headers, Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const json = ['{"method":'];
  quote(json, request.method);
  json.push(',"path":');
  quote(json, request.path);
  json.push(',"headers":{');
  addHeaders(json, request.headers);
  json.push("}}");
  return Response.json(json.join(""));
}

function addHeaders(json: string[], headers: Headers): void {
  const names = headers.names();
  for (let i = 0; i < names.length; i++) {
    if (i) json.push(",");
    quote(json, names[i]);
    json.push(":");
    quote(json, headers.get(names[i])!);
  }
}

/** Adds a JSON string of a byte string: all but printable ASCII is escaped. */
function quote(json: string[], text: string): void {
  json.push('"');
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit < 0x7f && unit != 0x22 && unit != 0x5c) continue;
    json.push(text.substring(start, i));
    if (unit == 0x22 || unit == 0x5c) json.push("\\" + text.charAt(i));
    else json.push("\\u00" + hex(unit >> 4) + hex(unit & 15));
    start = i + 1;
  }
  json.push(text.substring(start));
  json.push('"');
}

function hex(digit: i32): string {
  return "0123456789abcdef".charAt(digit);
}
