// Reads the body as JSON and writes it anew, or says `no JSON`. With `?get=NAME` it answers the
// string that is that member. With `?base64=TEXT` it answers the bytes that TEXT stands for.

import { JSON, JSONKind, JSONValue, Request, Response, decodeBase64Url } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const query = request.searchParams;
  const encoded = query.get("base64");
  if (encoded !== null) {
    const bytes = decodeBase64Url(encoded);
    return bytes === null ? Response.text("no base64url") : Response.bytes(bytes);
  }
  const value = JSON.parse(request.text()!);
  if (value === null) return Response.text("no JSON");
  const name = query.get("get");
  if (name === null) return Response.json(written(value));
  const member = value.get(name);
  const text = member !== null ? member.asString() : null;
  return Response.text(text === null ? "no string" : text);
}

function written(value: JSONValue): string {
  if (value.kind == JSONKind.String) return JSON.quote(value.asString()!);
  if (value.kind == JSONKind.Bool) return value.asBool() ? "true" : "false";
  const isObject = value.kind == JSONKind.Object;
  if (!isObject && value.kind != JSONKind.Array) return value.toString();
  const parts = new Array<string>();
  for (let i = 0; i < value.items.length; i++) {
    parts.push((isObject ? JSON.quote(value.names[i]) + ":" : "") + written(value.items[i]));
  }
  return isObject ? "{" + parts.join(",") + "}" : "[" + parts.join(",") + "]";
}
