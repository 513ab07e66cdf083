// Header fields with the semantics of WHATWG Fetch: names compared without regard to case,
// values normalised and combined with ", ", `set-cookie` kept apart, names sorted, and the
// headers of what came in unchangeable. The lines are kept in the layout in which they cross
// to the host, so passing them on costs nothing.
// Spec: WHATWG Fetch "Headers class"; abi/wit/http.wit "header".

/** Bytes of a line: pointer and length of the name, then of the value. */
const LINE_BYTES = 16;

/** Lines that are added without taking new memory. */
const ROOM = 8;

// The code points below 128 that a token may contain, one bit each (RFC 9110, 5.6.2).
const TOKEN_LOW: u64 = 0x03ff6cfa00000000;
const TOKEN_HIGH: u64 = 0x57ffffffc7fffffe;

export class Headers {
  /** Where the lines are, and room for how many. */
  private lines: usize = 0;
  private room: i32 = 0;
  private count: i32 = 0;
  private immutable: bool = false;

  /** Empty, or a copy of `other`, which can be changed even when `other` cannot. */
  constructor(other: Headers | null = null) {
    if (other !== null) {
      this.reserve(other.count + ROOM);
      memory.copy(this.lines, other.lines, <usize>other.count * LINE_BYTES);
      this.count = other.count;
    }
  }

  /** The headers at `lines`, as the host handed them over; they cannot be changed. */
  static incoming(lines: usize, count: i32): Headers {
    const headers = new Headers();
    headers.lines = lines;
    headers.count = count;
    headers.immutable = true;
    return headers;
  }

  /** Where the lines are, for the host. */
  get pointer(): usize {
    // The canonical ABI wants even the pointer of an empty list aligned; 0 is.
    return this.lines;
  }

  /** How many lines there are; a name can have more than one. */
  get length(): i32 {
    return this.count;
  }

  /** Whether `name` is a token, and so the name of a header. */
  static isName(name: string): bool {
    for (let i = 0, length = name.length; i < length; i++) {
      const unit = name.charCodeAt(i);
      const set = unit < 64 ? TOKEN_LOW : TOKEN_HIGH;
      if (unit > 127 || !((set >> (unit & 63)) & 1)) return false;
    }
    return name.length > 0;
  }

  /** Whether `value` is one: no NUL, no line break inside, and no character above U+00FF. */
  static isValue(value: string): bool {
    const text = normalise(value);
    for (let i = 0, length = text.length; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0xff || !unit || unit == 0x0a || unit == 0x0d) return false;
    }
    return true;
  }

  /** All values of `name`, combined with ", "; null when there is none. */
  get(name: string): string | null {
    const wanted = lower(name);
    let found: string | null = null;
    for (let i = 0; i < this.count; i++) {
      if (this.nameAt(i) != wanted) continue;
      found = found === null ? this.valueAt(i) : found + ", " + this.valueAt(i);
    }
    return found;
  }

  /** The values of all `set-cookie` lines, in their order. */
  getSetCookie(): string[] {
    const values = new Array<string>();
    for (let i = 0; i < this.count; i++) {
      if (this.nameAt(i) == "set-cookie") values.push(this.valueAt(i));
    }
    return values;
  }

  has(name: string): bool {
    return this.find(lower(name), 0) >= 0;
  }

  /** Adds a line. Aborts when `name` or `value` is not valid, or the headers came from outside. */
  append(name: string, value: string): void {
    this.check(name, value);
    this.push(lower(name), normalise(value));
  }

  /** Makes `value` the only one of `name`, in the place of the first. Aborts as `append` does. */
  set(name: string, value: string): void {
    this.check(name, value);
    const wanted = lower(name);
    const first = this.find(wanted, 0);
    if (first < 0) {
      this.push(wanted, normalise(value));
    } else {
      this.store(first, wanted, normalise(value));
      this.remove(wanted, first + 1);
    }
  }

  /** Removes all lines of `name`. Aborts when the headers came from outside. */
  delete(name: string): void {
    this.guard();
    this.remove(lower(name), 0);
  }

  /** Each name once, in the order in which it is first met. */
  names(): string[] {
    const names = new Array<string>();
    for (let i = 0; i < this.count; i++) {
      const name = this.nameAt(i);
      if (this.find(name, 0) == i) names.push(name);
    }
    return names;
  }

  /** The names sorted, as a Headers object of the web iterates: each once, but `set-cookie` for each of its lines. */
  keys(): string[] {
    const names = new Array<string>();
    for (let i = 0; i < this.count; i++) {
      const name = this.nameAt(i);
      if (name == "set-cookie" || this.find(name, 0) == i) names.push(name);
    }
    return names.sort((a, b) => (a < b ? -1 : <i32>(a > b)));
  }

  /** The values that belong to `keys`. */
  values(): string[] {
    const keys = this.keys();
    const cookies = this.getSetCookie();
    for (let i = 0, length = keys.length; i < length; i++) {
      keys[i] = keys[i] == "set-cookie" ? cookies.shift() : this.get(keys[i])!;
    }
    return keys;
  }

  /** The name of line `index`, lower-case. */
  nameAt(index: i32): string {
    return stringAt(this.lines + <usize>index * LINE_BYTES);
  }

  /** The value of line `index`, not combined with others. */
  valueAt(index: i32): string {
    return stringAt(this.lines + <usize>index * LINE_BYTES + 8);
  }

  private find(name: string, from: i32): i32 {
    for (let i = from; i < this.count; i++) {
      if (this.nameAt(i) == name) return i;
    }
    return -1;
  }

  private push(name: string, value: string): void {
    if (this.count == this.room) this.reserve(this.count * 2 + ROOM);
    this.store(this.count++, name, value);
  }

  private store(index: i32, name: string, value: string): void {
    const line = this.lines + <usize>index * LINE_BYTES;
    store<usize>(line, changetype<usize>(name));
    store<i32>(line, name.length, 4);
    store<usize>(line, changetype<usize>(value), 8);
    store<i32>(line, value.length, 12);
  }

  private remove(name: string, from: i32): void {
    let kept = from;
    for (let i = from; i < this.count; i++) {
      if (this.nameAt(i) == name) continue;
      if (kept != i) this.store(kept, this.nameAt(i), this.valueAt(i));
      kept++;
    }
    this.count = kept;
  }

  private reserve(room: i32): void {
    const lines = __alloc(<usize>room * LINE_BYTES);
    memory.copy(lines, this.lines, <usize>this.count * LINE_BYTES);
    this.lines = lines;
    this.room = room;
  }

  private check(name: string, value: string): void {
    this.guard();
    if (!Headers.isName(name)) throw new TypeError("Invalid header name: " + name);
    if (!Headers.isValue(value)) throw new TypeError("Invalid value of header " + name);
  }

  private guard(): void {
    if (this.immutable) throw new TypeError("These headers came from outside and cannot be changed; new Headers(headers) makes a copy");
  }
}

function stringAt(at: usize): string {
  return load<i32>(at, 4) ? changetype<string>(load<usize>(at)) : "";
}

/** ASCII letters in lower case. Most names are already, and then nothing is copied. */
function lower(name: string): string {
  let i = 0;
  const length = name.length;
  while (i < length && !isUpper(name.charCodeAt(i))) i++;
  if (i == length) return name;
  const copy = __new(<usize>length << 1, idof<string>());
  memory.copy(copy, changetype<usize>(name), <usize>length << 1);
  for (; i < length; i++) {
    const unit = name.charCodeAt(i);
    if (isUpper(unit)) store<u16>(copy + (<usize>i << 1), unit | 0x20);
  }
  return changetype<string>(copy);
}

function isUpper(unit: i32): bool {
  return <u32>(unit - 0x41) < 26;
}

/** Without whitespace at its ends. */
function normalise(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isSpace(value.charCodeAt(start))) start++;
  while (end > start && isSpace(value.charCodeAt(end - 1))) end--;
  return value.substring(start, end);
}

function isSpace(unit: i32): bool {
  return unit == 0x20 || unit == 0x09 || unit == 0x0a || unit == 0x0d;
}
