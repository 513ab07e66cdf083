// A test script of the core specification (.wast) as nested lists. Modules in it stay text, which
// the text format's own parser takes. Spec: WebAssembly/spec, interpreter/README.md "Scripts".

/** A list of items, or an atom: a word, or a string with its quotes. */
export interface Form {
  /** As it stands in the script. */
  readonly text: string;
  readonly line: number;
  /** Null for an atom. */
  readonly items: readonly Form[] | null;
}

/** Comments, brackets, strings and words, in this order. */
const TOKEN = /;;[^\n]*|\(;|\(|\)|"(?:\\[\s\S]|[^"\\])*"|[^\s()";]+/g;

/** The forms of a script, in order. */
export function readScript(source: string): Form[] {
  const top: Form[] = [];
  const open: { readonly at: number; readonly line: number; readonly items: Form[] }[] = [];
  let line = 1;
  let counted = 0;
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(source); token !== null; token = TOKEN.exec(source)) {
    const at = token.index;
    const [word] = token;
    line += newlines(source, counted, at);
    counted = at;
    const items = open.at(-1)?.items ?? top;
    if (word.startsWith(';;')) continue;
    if (word === '(;') TOKEN.lastIndex = endOfComment(source, at);
    else if (word === '(') open.push({ at, line, items: [] });
    else if (word === ')') {
      const done = open.pop();
      if (done === undefined) throw new Error(`Line ${line}: a bracket too many`);
      (open.at(-1)?.items ?? top).push({
        text: source.slice(done.at, at + 1),
        line: done.line,
        items: done.items,
      });
    } else items.push({ text: word, line, items: null });
  }
  if (open.length > 0) throw new Error(`Line ${open.at(-1)?.line}: a bracket is not closed`);
  return top;
}

function newlines(source: string, from: number, to: number): number {
  let count = 0;
  for (let at = source.indexOf('\n', from); at !== -1 && at < to; at = source.indexOf('\n', at + 1))
    count += 1;
  return count;
}

/** Block comments nest. */
function endOfComment(source: string, start: number): number {
  const mark = /\(;|;\)/g;
  mark.lastIndex = start;
  let depth = 0;
  for (let found = mark.exec(source); found !== null; found = mark.exec(source)) {
    depth += found[0] === '(;' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  throw new Error('A block comment is not closed');
}

const ESCAPES: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, '"': 34, "'": 39, '\\': 92 };

/** The bytes that a string stands for. */
export function stringBytes(literal: string): Uint8Array {
  const bytes: number[] = [];
  const text = literal.slice(1, -1);
  for (const [part, escaped, unicode] of text.matchAll(/\\(u\{([0-9a-fA-F_]+)\}|[0-9a-fA-F]{2}|.)|[^\\]+/g)) {
    if (escaped === undefined) bytes.push(...new TextEncoder().encode(part));
    else if (unicode !== undefined) {
      bytes.push(...new TextEncoder().encode(String.fromCodePoint(Number.parseInt(unicode, 16))));
    } else bytes.push(ESCAPES[escaped] ?? Number.parseInt(escaped, 16));
  }
  return Uint8Array.from(bytes);
}

export function stringText(literal: string): string {
  return new TextDecoder().decode(stringBytes(literal));
}
