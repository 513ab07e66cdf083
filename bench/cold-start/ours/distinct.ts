// The same guest under other bytes, so that no engine and no cache can take it for one that it knows: each
// core module gets one more global, which nothing uses and whose value is a number of ours.
// Spec: the binary formats of WebAssembly ("global section") and of the Component Model ("core module").

const PREAMBLE_BYTES = 8;
const GLOBAL_SECTION = 6;
const CORE_MODULE_SECTION = 1;

/** `bytes` is a core module. One without globals stays as it is: it is glue of the component's. */
export function distinctModule(bytes: Uint8Array, number: number): Uint8Array {
  return mapSections(bytes, GLOBAL_SECTION, (payload) => {
    const count = readLeb(payload, 0);
    const global = [0x7f, 0x00, 0x41, ...signedLeb(number), 0x0b]; // i32, immutable, i32.const, end
    return Buffer.concat([leb(count.value + 1), payload.subarray(count.next), Uint8Array.from(global)]);
  });
}

/** `bytes` is a component; its core modules are made distinct. */
export function distinctComponent(bytes: Uint8Array, number: number): Uint8Array {
  return mapSections(bytes, CORE_MODULE_SECTION, (payload) => distinctModule(payload, number));
}

function mapSections(bytes: Uint8Array, id: number, map: (payload: Uint8Array) => Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [bytes.subarray(0, PREAMBLE_BYTES)];
  for (let at = PREAMBLE_BYTES; at < bytes.length; ) {
    const size = readLeb(bytes, at + 1);
    const payload = bytes.subarray(size.next, size.next + size.value);
    const mapped = bytes[at] === id ? map(payload) : payload;
    parts.push(bytes.subarray(at, at + 1), leb(mapped.length), mapped);
    at = size.next + size.value;
  }
  return Buffer.concat(parts);
}

function readLeb(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let shift = 0, next = at; ; shift += 7, next += 1) {
    const byte = bytes[next] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: next + 1 };
  }
}

function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

/** Of a number that is not negative: the last byte's sign bit must be clear. */
function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    if (rest < 64) return [...bytes, rest];
    bytes.push((rest & 0x7f) | 0x80);
  }
}
