// Base64 in the alphabet for URLs and file names, as tokens have it, without padding.
// Spec: RFC 4648, section 5; bits that are left over must be zero, as section 3.5 allows to ask.

/** The bytes that `text` stands for; null when it is not base64url, or is padded. */
export function decodeBase64Url(text: string): Uint8Array | null {
  const length = text.length;
  if ((length & 3) == 1) return null;
  const bytes = new Uint8Array((length * 3) >> 2);
  let bits: u32 = 0;
  let count = 0;
  let out = 0;
  for (let i = 0; i < length; i++) {
    const value = valueOf(text.charCodeAt(i));
    if (value < 0) return null;
    bits = (bits << 6) | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[out++] = <u8>(bits >> count);
  }
  return bits & ((1 << count) - 1) ? null : bytes;
}

function valueOf(unit: i32): i32 {
  if (<u32>(unit - 0x41) < 26) return unit - 0x41;
  if (<u32>(unit - 0x61) < 26) return unit - 0x61 + 26;
  if (<u32>(unit - 0x30) < 10) return unit - 0x30 + 52;
  return unit == 0x2d ? 62 : unit == 0x5f ? 63 : -1;
}
