// How values lie in memory when they cross between guest and host: the canonical ABI as far
// as all interfaces share it. Strings are UTF-16, so what the host writes is an AssemblyScript
// string already, and a list of bytes an ArrayBuffer: neither is copied. That rests on the
// runtime `stub`, which never moves or frees: one request, one instance.
// Spec: component-model, design/mvp/CanonicalABI.md "Loading", "Storing" and "Flattening".



if (ASC_RUNTIME != 0) ERROR("Compile with --runtime stub: the SDK keeps pointers that a collector does not see");

/** Where the host writes what a call returns. Read it before the next call. */
export const RESULT: usize = memory.data(96, 8);

/** The most that one read returns. */
export const CHUNK_BYTES_MAX: i32 = 65536;

/** Memory for the next list of bytes that the host hands over, or 0. See `offer`. */
let offered: usize = 0;

/**
 * Has the host put the bytes that the next call returns into `buffer`, of `CHUNK_BYTES_MAX`,
 * instead of into new memory: a loop of reads must not grow the memory.
 */
export function offer(buffer: usize): void {
  offered = buffer;
}

/** Memory for what the host hands over. Exported under the name that the canonical ABI expects. */
export function reallocate(old: usize, oldSize: usize, align: usize, size: usize): usize {
  if (!size) return align;
  if (oldSize) return __renew(old, size);
  if (align == 1 && offered) {
    const buffer = offered;
    offered = 0;
    return buffer;
  }
  return __new(size, align == sizeof<u16>() ? idof<string>() : idof<ArrayBuffer>());
}

/** The string whose pointer and length the host left at `at`. */
export function loadString(at: usize): string {
  return load<i32>(at, 4) ? changetype<string>(load<usize>(at)) : "";
}

/** The string of the option that the host left at `at`. */
export function loadOptionalString(at: usize): string | null {
  return load<u8>(at) ? loadString(at + 4) : null;
}

/** The list of bytes whose pointer and length the host left at `at`. */
export function loadBytes(at: usize): Uint8Array {
  const length = load<i32>(at, 4);
  return length ? viewOf(load<usize>(at), length) : new Uint8Array(0);
}

/** A view of `length` bytes at `data`, which is where an ArrayBuffer begins. */
export function viewOf(data: usize, length: i32): Uint8Array {
  const view = __new(offsetof<Uint8Array>(), idof<Uint8Array>());
  store<usize>(view, data, offsetof<Uint8Array>("buffer"));
  store<usize>(view, data, offsetof<Uint8Array>("dataStart"));
  store<i32>(view, length, offsetof<Uint8Array>("byteLength"));
  return changetype<Uint8Array>(view);
}
