// Checks a signature: `?algorithm=hs256|hs512|rs256|es256`, the key in the header `x-key` (text
// for HMAC, a JSON Web Key otherwise), the signature in hex in `x-signature`, the data in the
// body. Answers valid, not valid, key invalid or key mismatch.

import { Key, Request, Response, SignatureAlgorithm, Verdict, crypto, encode } from "@wheeler/assemblyscript";

export function handle(request: Request): Response {
  const name = request.searchParams.get("algorithm");
  const key = request.headers.get("x-key");
  const signature = request.headers.get("x-signature");
  const data = request.bytes();
  if (name === null || key === null || signature === null || data === null) {
    return Response.text("algorithm, x-key, x-signature and a body are wanted\n", 400);
  }
  const symmetric = name.startsWith("hs");
  const algorithm =
    name == "hs256" ? SignatureAlgorithm.Hs256
    : name == "hs512" ? SignatureAlgorithm.Hs512
    : name == "rs256" ? SignatureAlgorithm.Rs256
    : SignatureAlgorithm.Es256;
  const verdict = crypto.verify(algorithm, symmetric ? Key.raw(encode(key)) : Key.jwk(key), data, unhex(signature));
  return Response.text(wordOf(verdict) + "\n");
}

function wordOf(verdict: Verdict): string {
  if (verdict == Verdict.Valid) return "valid";
  if (verdict == Verdict.NotValid) return "not valid";
  return verdict == Verdict.KeyInvalid ? "key invalid" : "key mismatch";
}

function unhex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = <u8>U32.parseInt(text.substr(i * 2, 2), 16);
  return bytes;
}
