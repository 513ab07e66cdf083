// From a linker's name of a function to the one in its source. Names that are not mangled in a known
// way come back as they are. For the stack of a guest that ended; the names are the guest's own and
// may be anything, so every scheme is bounded.

import { demangleRustV0 } from './demangle-rust-v0.ts';

/** Longer names are no help. Generic code has such. */
const CHARS_MAX = 300;

export function demangle(name: string): string {
  const plain = rustLegacy(name) ?? demangleRustV0(name) ?? goMethod(name);
  return plain.length > CHARS_MAX ? `${plain.slice(0, CHARS_MAX - 1)}…` : plain;
}

const RUST_ESCAPES: Readonly<Record<string, string>> = {
  SP: '@',
  BP: '*',
  RF: '&',
  LT: '<',
  GT: '>',
  LP: '(',
  RP: ')',
  C: ',',
};

/** `_ZN4core3fmt5write17h0123456789abcdefE` is `core::fmt::write`: lengths and parts, the last a hash. */
function rustLegacy(name: string): string | null {
  let rest = /^_ZN((?:\d+[\w$.]+)+)E(?:\.llvm\.\w+)?$/.exec(name)?.[1] ?? '';
  const parts: string[] = [];
  while (rest !== '') {
    const [digits = ''] = /^\d+/.exec(rest) ?? [];
    const end = digits.length + Number(digits);
    if (digits === '' || end > rest.length) return null;
    parts.push(rest.slice(digits.length, end));
    rest = rest.slice(end);
  }
  if (!/^h[0-9a-f]{16}$/.test(parts.pop() ?? '') || parts.length === 0) return null;
  return parts.map(rustPart).join('::');
}

function rustPart(part: string): string {
  return part
    .replace(/^_\$/, '$')
    .replaceAll('..', '::')
    .replace(/\$u([0-9a-f]{1,6})\$/g, (all, hex) => {
      const code = Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    })
    .replace(/\$([A-Z]{1,2})\$/g, (all, code) => RUST_ESCAPES[code] ?? all);
}

/** Go's linker writes `_` for what is no word: `main.__Store_.Get` was `main.(*Store).Get`. */
function goMethod(name: string): string {
  return name.replace(/^([\w.]+)\.__(\w+)_\.(\w+)/, '$1.(*$2).$3');
}
