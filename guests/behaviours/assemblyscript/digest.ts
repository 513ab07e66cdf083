// Digests the body with `?hash=sha1|sha256|sha384|sha512`, in one call or with `?pieces=1` as
// it comes in; with `?key=TEXT` it is the HMAC. Answers in hex.

import { Digester, Hash, Request, Response, crypto, encode } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const query = request.searchParams;
  const hash = hashOf(query.get("hash"));
  if (hash < 0) return Response.text("Unknown hash\n", 400);
  if (query.has("pieces")) return Response.text(hex(digestPieces(request, hash)) + "\n");

  const bytes = request.bytes();
  if (bytes === null) return Response.text("The body was not complete\n", 400);
  const key = query.get("key");
  const digest = key === null ? crypto.digest(hash, bytes) : crypto.hmac(hash, encode(key), bytes);
  return Response.text(hex(digest) + "\n");
}

function digestPieces(request: Request, hash: Hash): Uint8Array {
  const digester = new Digester(hash);
  const body = request.body;
  if (body !== null) {
    for (let chunk = body.read(); chunk !== null; chunk = body.read()) digester.update(chunk);
  }
  return digester.finish();
}

function hashOf(name: string | null): i32 {
  if (name === null || name == "sha256") return Hash.Sha256;
  if (name == "sha1") return Hash.Sha1;
  if (name == "sha384") return Hash.Sha384;
  if (name == "sha512") return Hash.Sha512;
  return -1;
}

function hex(bytes: Uint8Array): string {
  const digits = "0123456789abcdef";
  const parts = new Array<string>(bytes.length);
  for (let i = 0; i < bytes.length; i++) parts[i] = digits.charAt(bytes[i] >> 4) + digits.charAt(bytes[i] & 15);
  return parts.join("");
}
