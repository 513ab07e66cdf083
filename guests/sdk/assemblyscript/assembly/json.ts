// JSON text: parsed to values that are asked for what they are, and strings written. There are
// no types to parse into, since the language has no way to look at a class's fields.
// Spec: RFC 8259; what it leaves open is as in ECMAScript: of members of one name the last counts.

/** Deeper text is refused: the stack is small. */
const DEPTH_MAX = 64;

export enum JSONKind {
  Null,
  Bool,
  Number,
  String,
  Array,
  Object,
}

export namespace JSON {
  /** The value that `text` is; null when it is no JSON, or is nested more than 64 deep. */
  export function parse(text: string): JSONValue | null {
    const parser = new Parser(text);
    const value = parser.value(0);
    parser.skipSpace();
    return parser.at == text.length ? value : null;
  }

  /** `text` as a JSON string, with its quotes. */
  export function quote(text: string): string {
    const parts = ['"'];
    let from = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit >= 0x20 && unit != 0x22 && unit != 0x5c) continue;
      parts.push(text.substring(from, i));
      parts.push(unit < 0x20 ? "\\u" + unit.toString(16).padStart(4, "0") : "\\" + text.charAt(i));
      from = i + 1;
    }
    parts.push(text.substring(from));
    parts.push('"');
    return parts.join("");
  }
}

/** A value in a JSON text. */
export class JSONValue {
  /** Of an array or an object. */
  readonly items: JSONValue[] = [];
  /** Of an object, one for each item. */
  readonly names: string[] = [];

  constructor(
    readonly kind: JSONKind,
    private text: string,
    private start: i32,
    public end: i32,
    /** Of a string: what it says. */
    private content: string = "",
  ) {}

  /** The member `name` of an object; null when there is none, or when this is no object. */
  get(name: string): JSONValue | null {
    for (let i = this.names.length - 1; i >= 0; i--) {
      if (this.names[i] == name) return this.items[i];
    }
    return null;
  }

  /** What a string says; null when this is none. */
  asString(): string | null {
    return this.kind == JSONKind.String ? this.content : null;
  }

  /** A number's value; NaN when this is none. */
  asNumber(): f64 {
    return this.kind == JSONKind.Number ? F64.parseFloat(this.toString()) : NaN;
  }

  /** Whether this is `true`. */
  asBool(): bool {
    return this.kind == JSONKind.Bool && this.text.charCodeAt(this.start) == 0x74;
  }

  /** The value as it stands in the text. */
  toString(): string {
    return this.text.substring(this.start, this.end);
  }
}

class Parser {
  at: i32 = 0;

  constructor(private text: string) {}

  /** The value that begins here, or null. */
  value(depth: i32): JSONValue | null {
    this.skipSpace();
    const start = this.at;
    switch (this.peek()) {
      case 0x22: {
        const content = this.string();
        return content === null ? null : new JSONValue(JSONKind.String, this.text, start, this.at, content);
      }
      case 0x5b:
      case 0x7b:
        return depth < DEPTH_MAX ? this.list(depth) : null;
      case 0x6e:
        return this.word("null") ? new JSONValue(JSONKind.Null, this.text, start, this.at) : null;
      case 0x74:
        return this.word("true") ? new JSONValue(JSONKind.Bool, this.text, start, this.at) : null;
      case 0x66:
        return this.word("false") ? new JSONValue(JSONKind.Bool, this.text, start, this.at) : null;
      default:
        return this.number() ? new JSONValue(JSONKind.Number, this.text, start, this.at) : null;
    }
  }

  skipSpace(): void {
    while (isSpace(this.peek())) this.at++;
  }

  /** An array or an object. */
  private list(depth: i32): JSONValue | null {
    const isObject = this.peek() == 0x7b;
    const close = isObject ? 0x7d : 0x5d;
    const list = new JSONValue(isObject ? JSONKind.Object : JSONKind.Array, this.text, this.at, 0);
    this.at++;
    this.skipSpace();
    if (!this.take(close)) {
      do {
        if (isObject) {
          this.skipSpace();
          const name = this.string();
          if (name === null) return null;
          list.names.push(name);
          this.skipSpace();
          if (!this.take(0x3a)) return null;
        }
        const item = this.value(depth + 1);
        if (item === null) return null;
        list.items.push(item);
        this.skipSpace();
      } while (this.take(0x2c));
      if (!this.take(close)) return null;
    }
    list.end = this.at;
    return list;
  }

  /** What the string that begins here says, or null. */
  private string(): string | null {
    if (!this.take(0x22)) return null;
    const parts = new Array<string>();
    let from = this.at;
    while (true) {
      const unit = this.peek();
      if (unit < 0x20) return null; // the end of the text too
      if (unit == 0x22 || unit == 0x5c) parts.push(this.text.substring(from, this.at));
      this.at++;
      if (unit == 0x22) return parts.length == 1 ? parts[0] : parts.join("");
      if (unit != 0x5c) continue;
      const escaped = this.escape();
      if (escaped < 0) return null;
      parts.push(String.fromCharCode(escaped));
      from = this.at;
    }
  }

  /** The UTF-16 unit that an escape stands for, or -1. */
  private escape(): i32 {
    const unit = this.peek();
    this.at++;
    switch (unit) {
      case 0x22: case 0x2f: case 0x5c: return unit;
      case 0x62: return 0x08;
      case 0x66: return 0x0c;
      case 0x6e: return 0x0a;
      case 0x72: return 0x0d;
      case 0x74: return 0x09;
      case 0x75: break;
      default: return -1;
    }
    let code = 0;
    for (let i = 0; i < 4; i++, this.at++) {
      const digit = hexDigit(this.peek());
      if (digit < 0) return -1;
      code = (code << 4) | digit;
    }
    return code;
  }

  private number(): bool {
    this.take(0x2d);
    if (!this.take(0x30) && !this.digits()) return false;
    if (this.take(0x2e) && !this.digits()) return false;
    if (this.take(0x65) || this.take(0x45)) {
      if (!this.take(0x2b)) this.take(0x2d);
      if (!this.digits()) return false;
    }
    return true;
  }

  private digits(): bool {
    const start = this.at;
    while (<u32>(this.peek() - 0x30) < 10) this.at++;
    return this.at > start;
  }

  private word(word: string): bool {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private take(unit: i32): bool {
    if (this.peek() != unit) return false;
    this.at++;
    return true;
  }

  /** The unit here, or -1 at the end. */
  private peek(): i32 {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : -1;
  }
}

function isSpace(unit: i32): bool {
  return unit == 0x20 || unit == 0x0a || unit == 0x0d || unit == 0x09;
}

function hexDigit(unit: i32): i32 {
  if (<u32>(unit - 0x30) < 10) return unit - 0x30;
  const letter = (unit | 0x20) - 0x61;
  return letter >= 0 && letter < 6 ? letter + 10 : -1;
}
