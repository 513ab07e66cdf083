// Rust's newer mangling, `_R...`, as far as it takes to know a function: crates without their hashes,
// types and constants in short. Bounded in depth and length, since a name may refer back to its own
// parts again and again.
// Spec: RFC 2603 (rustc book, "v0 Symbol Format").

const DEPTH_MAX = 60;
const CHARS_MAX = 2_000;

const BASIC_TYPES: Readonly<Record<string, string>> = {
  a: 'i8',
  b: 'bool',
  c: 'char',
  d: 'f64',
  e: 'str',
  f: 'f32',
  h: 'u8',
  i: 'isize',
  j: 'usize',
  l: 'i32',
  m: 'u32',
  n: 'i128',
  o: 'u128',
  p: '_',
  s: 'i16',
  t: 'u16',
  u: '()',
  v: '...',
  x: 'i64',
  y: 'u64',
  z: '!',
};

/** Null for what is no such name. */
export function demangleRustV0(name: string): string | null {
  const symbol = /^_R([A-Z]\w*)(?:[.$].*)?$/.exec(name)?.[1];
  if (symbol === undefined) return null;
  try {
    return new Demangler(symbol).path();
  } catch (error) {
    if (error instanceof NotMangled) return null;
    throw error;
  }
}

class NotMangled extends Error {}

class Demangler {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #chars = 0;

  constructor(text: string) {
    this.#text = text;
  }

  path(): string {
    return this.#nested(() => {
      switch (this.#next()) {
        case 'C':
          return this.#identifier();
        case 'M':
          this.#implPath();
          return `<${this.#type()}>`;
        case 'X':
          this.#implPath();
          return `<${this.#type()} as ${this.path()}>`;
        case 'Y':
          return `<${this.#type()} as ${this.path()}>`;
        case 'N':
          return this.#member();
        case 'I':
          return `${this.path()}::<${this.#until('E', () => this.#argument()).join(', ')}>`;
        case 'B':
          return this.#back(() => this.path());
        default:
          throw new NotMangled();
      }
    });
  }

  #member(): string {
    const namespace = this.#next();
    const outer = this.path();
    const disambiguator = this.#disambiguator();
    const name = this.#word();
    if (/[a-z]/.test(namespace)) return name === '' ? outer : `${outer}::${name}`;
    const what = namespace === 'C' ? 'closure' : namespace === 'S' ? 'shim' : namespace;
    return `${outer}::{${what}${name === '' ? '' : `:${name}`}#${disambiguator}}`;
  }

  #implPath(): void {
    this.#disambiguator();
    this.path();
  }

  #argument(): string {
    if (this.#take('L')) return this.#lifetime();
    return this.#take('K') ? this.#constant() : this.#type();
  }

  #type(): string {
    return this.#nested(() => {
      const kind = this.#next();
      switch (kind) {
        case 'A':
          return `[${this.#type()}; ${this.#constant()}]`;
        case 'S':
          return `[${this.#type()}]`;
        case 'T': {
          const items = this.#until('E', () => this.#type());
          return `(${items.join(', ')}${items.length === 1 ? ',' : ''})`;
        }
        case 'R':
        case 'Q': {
          const lifetime = this.#take('L') ? `${this.#lifetime()} `.replace("'_ ", '') : '';
          return `&${lifetime}${kind === 'Q' ? 'mut ' : ''}${this.#type()}`;
        }
        case 'P':
          return `*const ${this.#type()}`;
        case 'O':
          return `*mut ${this.#type()}`;
        case 'F':
          return this.#function();
        case 'D':
          return this.#dynamic();
        case 'B':
          return this.#back(() => this.#type());
      }
      const basic = BASIC_TYPES[kind];
      if (basic !== undefined) return basic;
      this.#at -= 1;
      return this.path();
    });
  }

  #function(): string {
    this.#binder();
    const unsafe = this.#take('U') ? 'unsafe ' : '';
    const abi = this.#take('K') ? `extern "${this.#take('C') ? 'C' : this.#word()}" ` : '';
    const params = this.#until('E', () => this.#type()).join(', ');
    const result = this.#type();
    return `${unsafe}${abi}fn(${params})${result === '()' ? '' : ` -> ${result}`}`;
  }

  #dynamic(): string {
    this.#binder();
    const traits = this.#until('E', () => {
      const trait = this.path();
      const bindings: string[] = [];
      while (this.#take('p')) bindings.push(`${this.#word()} = ${this.#type()}`);
      return bindings.length === 0 ? trait : `${trait}<${bindings.join(', ')}>`;
    });
    if (!this.#take('L')) throw new NotMangled();
    this.#number62();
    return `dyn ${traits.join(' + ')}`;
  }

  /** Numbers, truth values and characters all in one notation; what else there is, in short. */
  #constant(): string {
    return this.#nested(() => {
      if (this.#take('B')) return this.#back(() => this.#constant());
      if (this.#take('p')) return '_';
      const type = this.#next();
      if (BASIC_TYPES[type] === undefined) throw new NotMangled();
      const sign = this.#take('n') ? '-' : '';
      const hex = this.#match(/[0-9a-f]*_/y).slice(0, -1);
      if (type === 'b') return hex === '1' ? 'true' : 'false';
      const value = BigInt(`0x${hex === '' ? '0' : hex}`);
      return type === 'c' ? `'\\u{${value.toString(16)}}'` : `${sign}${value}`;
    });
  }

  #identifier(): string {
    this.#disambiguator();
    return this.#word();
  }

  #disambiguator(): number {
    return this.#take('s') ? this.#number62() + 1 : 0;
  }

  #word(): string {
    const isPunycode = this.#take('u');
    const length = Number(this.#match(/0|[1-9]\d{0,5}/y));
    this.#take('_');
    const end = this.#at + length;
    if (end > this.#text.length) throw new NotMangled();
    const word = this.#text.slice(this.#at, end);
    this.#at = end;
    return isPunycode ? `punycode{${word}}` : word;
  }

  #lifetime(): string {
    return this.#number62() === 0 ? "'_" : "'a";
  }

  #binder(): void {
    if (this.#take('G')) this.#number62();
  }

  /** `_` is 0, `0_` is 1, and so on, in the digits 0-9, a-z, A-Z. */
  #number62(): number {
    const digits = this.#match(/[0-9a-zA-Z]{0,20}_/y).slice(0, -1);
    if (digits === '') return 0;
    let value = 0;
    for (const digit of digits) {
      const index = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf(digit);
      value = value * 62 + index;
    }
    return value + 1;
  }

  /** Reads once more what stood at an earlier place. */
  #back(read: () => string): string {
    const here = this.#at - 1;
    const to = this.#number62();
    if (to >= here) throw new NotMangled();
    const after = this.#at;
    this.#at = to;
    const text = read();
    this.#at = after;
    return text;
  }

  #until(end: string, item: () => string): string[] {
    const items: string[] = [];
    while (!this.#take(end)) items.push(item());
    return items;
  }

  #nested(read: () => string): string {
    this.#depth += 1;
    const text = this.#depth > DEPTH_MAX ? null : read();
    this.#depth -= 1;
    this.#chars += text?.length ?? 0;
    if (text === null || this.#chars > CHARS_MAX * DEPTH_MAX || text.length > CHARS_MAX)
      throw new NotMangled();
    return text;
  }

  #next(): string {
    const one = this.#text[this.#at];
    if (one === undefined) throw new NotMangled();
    this.#at += 1;
    return one;
  }

  #take(one: string): boolean {
    if (this.#text[this.#at] !== one) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found === undefined) throw new NotMangled();
    this.#at += found.length;
    return found;
  }
}
