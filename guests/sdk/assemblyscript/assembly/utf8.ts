// UTF-8 to and from AssemblyScript's strings. The library's own decoder reads malformed input
// into strings with lone surrogates, which the host would refuse.
// Spec: WHATWG Encoding, "UTF-8 decode" and "UTF-8 encode".

import { viewOf } from "./host/memory";

/** `text` in UTF-8; a lone surrogate becomes U+FFFD. */
export function encode(text: string): Uint8Array {
  const buffer = String.UTF8.encode(text, false, String.UTF8.ErrorMode.REPLACE);
  return viewOf(changetype<usize>(buffer), buffer.byteLength);
}

/** `bytes` as text: without a byte order mark, and with U+FFFD for what is not UTF-8. */
export function decode(bytes: Uint8Array): string {
  let at = bytes.dataStart;
  const end = at + bytes.byteLength;
  if (end - at >= 3 && load<u16>(at) == 0xbbef && load<u8>(at, 2) == 0xbf) at += 3;
  // No sequence of bytes gives more units than it has bytes.
  const text = __new((end - at) << 1, idof<string>());
  let out = text;
  while (at < end) {
    const lead = <u32>load<u8>(at++);
    if (lead < 0x80) {
      store<u16>(out, lead);
      out += 2;
      continue;
    }
    const following = lead - 0xc2 < 0x1e ? 1 : lead - 0xe0 < 0x10 ? 2 : lead - 0xf0 < 5 ? 3 : 0;
    let code = lead & (0x3f >> following);
    let missing = following;
    // The second byte's bounds keep out what is too long, too high or a surrogate.
    let lower: u32 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    let upper: u32 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    while (missing && at < end) {
      const next = <u32>load<u8>(at);
      if (next < lower || next > upper) break;
      code = (code << 6) | (next & 0x3f);
      lower = 0x80;
      upper = 0xbf;
      missing--;
      at++;
    }
    if (missing || !following) code = 0xfffd;
    if (code < 0x10000) {
      store<u16>(out, code);
      out += 2;
    } else {
      store<u16>(out, 0xd7c0 + (code >> 10));
      store<u16>(out, 0xdc00 | (code & 0x3ff), 2);
      out += 4;
    }
  }
  return changetype<string>(__renew(text, out - text));
}
