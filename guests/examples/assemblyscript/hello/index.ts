// Answers with what it was asked: method, path and headers, as JSON.

import { Headers, Request, Response } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  return Response.json(
    `{"method":${quote(request.method)},"path":${quote(request.path)},"headers":${headersOf(request.headers)}}`,
  );
}

function headersOf(headers: Headers): string {
  const names = headers.names();
  const parts = new Array<string>(names.length);
  for (let i = 0; i < names.length; i++) {
    parts[i] = quote(names[i]) + ":" + quote(headers.get(names[i])!);
  }
  return "{" + parts.join(",") + "}";
}

/** A JSON string of a byte string: all but printable ASCII is escaped. */
function quote(text: string): string {
  const parts = ['"'];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit < 0x7f && unit != 0x22 && unit != 0x5c) continue;
    parts.push(text.substring(start, i));
    if (unit == 0x22 || unit == 0x5c) {
      parts.push("\\" + text.charAt(i));
    } else {
      parts.push("\\u00" + hex(unit >> 4) + hex(unit & 15));
    }
    start = i + 1;
  }
  parts.push(text.substring(start));
  parts.push('"');
  return parts.join("");
}

function hex(digit: i32): string {
  return "0123456789abcdef".charAt(digit);
}
