// On which line of a TOML file each key stands. The parser does not tell, and a mistake
// without its line is half a message.
// Follows the grammar only as far as finding keys needs, in a text that the parser has already
// accepted; it makes no values. A quoted key with an escape that JSON does not have is not
// found, and its table's line is given instead.
// Spec: TOML 1.0.0.

export type KeyPath = readonly (string | number)[];

/** The line of a key, counted from 1, or of the nearest table or array around it. */
export type LineOf = (path: KeyPath) => number | null;

export function keyLines(text: string): LineOf {
  const lines = new KeyScanner(text).scan();
  return (path) => {
    for (let length = path.length; length > 0; length--) {
      const line = lines.get(JSON.stringify(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return null;
  };
}

class KeyScanner {
  readonly #text: string;
  readonly #lines = new Map<string, number>();
  /** How many elements each `[[array.of.tables]]` has so far. */
  readonly #tables = new Map<string, number>();
  #at = 0;
  #lineAt = 0;
  #line = 1;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): ReadonlyMap<string, number> {
    let table: KeyPath = [];
    for (;;) {
      this.#skip(/(?:\s|#[^\n]*)*/y);
      if (this.#at === this.#text.length) return this.#lines;
      const start = this.#at;
      if (this.#text[start] === '[') table = this.#header();
      else this.#pair(table);
      this.#advance(start);
    }
  }

  #header(): KeyPath {
    const isArray = this.#text.startsWith('[[', this.#at);
    this.#at += isArray ? 2 : 1;
    const keys = this.#keys();
    this.#skip(/\s*\]\]?/y);
    let path: KeyPath = [];
    for (const [index, key] of keys.entries()) {
      path = [...path, key];
      const name = JSON.stringify(path);
      const isNew = isArray && index === keys.length - 1;
      if (!isNew) this.#record(path);
      const count = this.#tables.get(name) ?? 0;
      if (isNew) this.#tables.set(name, count + 1);
      if (isNew || count > 0) path = [...path, isNew ? count : count - 1];
    }
    this.#record(path);
    return path;
  }

  #pair(table: KeyPath): void {
    let path = table;
    for (const key of this.#keys()) {
      path = [...path, key];
      this.#record(path);
    }
    this.#skip(/[ \t]*=[ \t]*/y);
    this.#value(path);
  }

  #value(path: KeyPath): void {
    const next = this.#text[this.#at];
    if (next === '[') this.#items(']', (index) => this.#element([...path, index]));
    else if (next === '{') this.#items('}', () => this.#pair(path));
    else if (next === '"' || next === "'") this.#string();
    else this.#skip(/[^,\]}#\n]*/y);
  }

  #element(path: KeyPath): void {
    this.#record(path);
    this.#value(path);
  }

  #items(close: string, item: (index: number) => void): void {
    this.#at += 1;
    for (let index = 0; ; index++) {
      this.#skip(/(?:[\s,]|#[^\n]*)*/y);
      const isOver = this.#text[this.#at] === close || this.#at === this.#text.length;
      if (isOver) break;
      const start = this.#at;
      item(index);
      this.#advance(start);
    }
    this.#at += 1;
  }

  #keys(): string[] {
    const keys: string[] = [];
    do {
      this.#skip(/[ \t]*/y);
      const start = this.#at;
      if (/["']/.test(this.#text[start] ?? '')) {
        this.#string();
        keys.push(unquoted(this.#text.slice(start, this.#at)));
      } else {
        this.#skip(/[A-Za-z0-9_-]+/y);
        keys.push(this.#text.slice(start, this.#at));
      }
    } while (this.#skip(/[ \t]*\./y));
    return keys;
  }

  #string(): void {
    const start = this.#at;
    this.#skip(/"""(?:[^\\]|\\[\s\S])*?"""{1,3}(?!")/y) ||
      this.#skip(/'''[\s\S]*?'''{1,3}(?!')/y) ||
      this.#skip(/"(?:[^"\\\n]|\\.)*"/y) ||
      this.#skip(/'[^'\n]*'/y);
    this.#advance(start);
  }

  /** Where nothing fits, the text is none that the parser accepts: go on rather than hang. */
  #advance(start: number): void {
    if (this.#at === start) this.#at += 1;
  }

  /** Moves past what the sticky pattern matches here; whether it matched. */
  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) return false;
    this.#at = pattern.lastIndex;
    return true;
  }

  /** The first place counts: a table may be opened again for its subtables. */
  #record(path: KeyPath): void {
    for (; this.#lineAt < this.#at; this.#lineAt++) {
      if (this.#text[this.#lineAt] === '\n') this.#line += 1;
    }
    const name = JSON.stringify(path);
    if (!this.#lines.has(name)) this.#lines.set(name, this.#line);
  }
}

function unquoted(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1);
  try {
    return JSON.parse(key) as string;
  } catch {
    return key;
  }
}
