// A cursor over bytes of a wasm or component binary: the bottom of the deploy path.
// Every number is bounded as the specification says and every length by the bytes that are
// left, so no input makes it read outside its range or allocate more than the input's size.
// Knows nothing of sections or types.
// Spec: WebAssembly core, binary format, "Values".

import { malformed } from '../refusal.ts';

/** The JS API's limit on names, which the reference validator shares. */
const NAME_BYTES_MAX = 100_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  readonly bytes: Uint8Array;
  /** Index of the next byte in `bytes`. */
  position: number;
  readonly end: number;
  /** Offset in the file of `bytes[0]`. */
  readonly base: number;

  constructor(bytes: Uint8Array, position = 0, end = bytes.length, base = 0) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
    this.base = base;
  }

  /** Where the next byte is in the file, for findings. */
  get offset(): number {
    return this.base + this.position;
  }

  get done(): boolean {
    return this.position >= this.end;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  /** One that begins where this one is, and ends with it. */
  again(): Reader {
    return new Reader(this.bytes, this.position, this.end, this.base);
  }

  peek(): number {
    if (this.done) malformed(this.offset, 'Unexpected end of the binary');
    return this.bytes[this.position]!;
  }

  u8(): number {
    const byte = this.peek();
    this.position += 1;
    return byte;
  }

  u32(): number {
    const offset = this.offset;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    const last = this.u8();
    if (last >= 0x80) malformed(offset, 'Integer is encoded in too many bytes');
    if (last > 0x0f) malformed(offset, 'Integer is too large');
    return (value | (last << 28)) >>> 0;
  }

  u64(): bigint {
    return this.#leb(64, false);
  }

  s32(): number {
    return Number(this.#leb(32, true));
  }

  s33(): number {
    return Number(this.#leb(33, true));
  }

  s64(): bigint {
    return this.#leb(64, true);
  }

  /** A LEB128 integer of at most `bits` bits and ceil(bits / 7) bytes, whose unused bits repeat the sign. */
  #leb(bits: number, signed: boolean): bigint {
    const offset = this.offset;
    let value = 0n;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      if (bits - shift < 7) checkLastByte(byte, bits - shift, signed, offset);
      value |= BigInt(byte & 0x7f) << BigInt(shift);
      if (byte < 0x80) return signed ? BigInt.asIntN(Math.min(shift + 7, bits), value) : value;
    }
  }

  /** A count of items, each of which takes at least one byte. */
  count(max: number, what: string): number {
    const offset = this.offset;
    const count = this.u32();
    if (count > max) malformed(offset, `Too many ${what}: ${count}, at most ${max} are allowed`);
    if (count > this.remaining)
      malformed(offset, `More ${what} are announced (${count}) than bytes are left`);
    return count;
  }

  list<T>(max: number, what: string, item: (index: number) => T): T[] {
    const items: T[] = [];
    const count = this.count(max, what);
    for (let index = 0; index < count; index++) items.push(item(index));
    return items;
  }

  name(): string {
    const offset = this.offset;
    const length = this.u32();
    if (length > NAME_BYTES_MAX)
      malformed(offset, `Name is too long: ${length} bytes, limit ${NAME_BYTES_MAX}`);
    const start = this.position;
    this.skip(length);
    try {
      return utf8.decode(this.bytes.subarray(start, this.position));
    } catch {
      return malformed(offset, 'Name is not valid UTF-8');
    }
  }

  skip(length: number): void {
    if (length > this.remaining) malformed(this.offset, 'Unexpected end of the binary');
    this.position += length;
  }

  /** A cursor over the next `length` bytes, which this one skips. */
  take(length: number): Reader {
    const start = this.position;
    this.skip(length);
    return new Reader(this.bytes, start, this.position, this.base);
  }

  /** Refuses what stands between the last item and the end. */
  finish(what: string): void {
    if (!this.done) malformed(this.offset, `Unexpected bytes at the end of ${what}`);
  }
}

/** The last byte of a number may use `left` bits; the others repeat the sign, or are zero. */
function checkLastByte(byte: number, left: number, signed: boolean, offset: number): void {
  if (byte >= 0x80) malformed(offset, 'Integer is encoded in too many bytes');
  const unused = signed ? byte >> (left - 1) : byte >> left;
  const ones = (1 << (8 - left)) - 1;
  if (unused !== 0 && !(signed && unused === ones)) malformed(offset, 'Integer is too large');
}
