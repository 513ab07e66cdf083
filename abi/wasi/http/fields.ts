// The resource `fields` of `wasi:http/types`: header lines, mutable while the guest makes them and
// immutable once they belong to a message. Names are compared without their case, and a name has
// the spelling in which it came first; values are bytes, kept as strings in which each character is one byte.
// Spec: abi/wit/deps/wasi-http/types.wit, resource fields; RFC 9110 section 5.

import { trap } from '../../canonical/trap.ts';
import { isToken } from '../../edge/headers.ts';
import { LIMITS } from '../../limits.ts';
import type { Header } from '../../messages.ts';

export type HeaderError = 'invalid-syntax' | 'forbidden' | 'immutable';

export type FieldEntry = readonly [name: string, value: Uint8Array];

/** They belong to the connection or to the host, so no guest sees or sets them. As in wasmtime. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** Bytes of a value: HTAB, and all but control characters. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const LENGTH = /^\d{1,15}$/;

export class Fields {
  #lines: Header[];
  readonly #mutable: boolean;

  private constructor(lines: Header[], mutable: boolean) {
    this.#lines = lines;
    this.#mutable = mutable;
    this.#checkSize();
  }

  /** Empty and mutable. */
  static empty(): Fields {
    return new Fields([], true);
  }

  /** Those of a message that came in, without those that are forbidden. */
  static received(lines: readonly Header[]): Fields {
    return new Fields(
      lines.filter(([name]) => !FORBIDDEN.has(name)),
      false,
    );
  }

  get lines(): readonly Header[] {
    return this.#lines;
  }

  mutableCopy(): Fields {
    return new Fields([...this.#lines], true);
  }

  immutableCopy(): Fields {
    return new Fields([...this.#lines], false);
  }

  get(name: string): Uint8Array[] {
    return this.#lines.filter((line) => isNamed(line, name)).map(([, value]) => toBytes(value));
  }

  has(name: string): boolean {
    return this.#lines.some((line) => isNamed(line, name));
  }

  entries(): FieldEntry[] {
    return this.#lines.map(([name, value]) => [name, toBytes(value)]);
  }

  /** In place of all lines of that name. Null when it is done. */
  set(name: string, values: readonly Uint8Array[]): HeaderError | null {
    const lines = values.map((value): Header => [name, toText(value)]);
    const error = this.#refusal(name) ?? firstError(lines);
    if (error !== null) return error;
    const at = this.#lines.findIndex((line) => isNamed(line, name));
    const others = this.#lines.filter((line) => !isNamed(line, name));
    others.splice(at === -1 ? others.length : at, 0, ...lines);
    this.#lines = others;
    this.#checkSize();
    return null;
  }

  delete(name: string): HeaderError | null {
    const error = this.#refusal(name);
    if (error === null) this.#lines = this.#lines.filter((line) => !isNamed(line, name));
    return error;
  }

  append(name: string, value: Uint8Array): HeaderError | null {
    const spelt = this.#lines.find((one) => isNamed(one, name))?.[0] ?? name;
    const line: Header = [spelt, toText(value)];
    const error = this.#refusal(name) ?? firstError([line]);
    if (error !== null) return error;
    this.#lines.push(line);
    this.#checkSize();
    return null;
  }

  /** The length that a message with these headers promises, or null. */
  get contentLength(): number | null {
    const line = this.#lines.find((one) => isNamed(one, 'content-length'));
    return line === undefined ? null : Number(line[1]);
  }

  #refusal(name: string): HeaderError | null {
    if (!isToken(name)) return 'invalid-syntax';
    if (FORBIDDEN.has(name.toLowerCase())) return 'forbidden';
    return this.#mutable ? null : 'immutable';
  }

  /** No error of the interface says this, so it traps, as in wasmtime. */
  #checkSize(): void {
    const bytes = this.#lines.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    if (this.#lines.length > LIMITS.headersMax) {
      trap(`Too many headers: ${this.#lines.length}, limit ${LIMITS.headersMax}`);
    }
    if (bytes > LIMITS.headerBytesMax) {
      trap(`Headers are too large: ${bytes} bytes, limit ${LIMITS.headerBytesMax}`);
    }
  }
}

function isNamed([name]: Header, wanted: string): boolean {
  return name.toLowerCase() === wanted.toLowerCase();
}

function firstError(lines: readonly Header[]): HeaderError | null {
  const fits = ([name, value]: Header) =>
    VALUE.test(value) && (name.toLowerCase() !== 'content-length' || LENGTH.test(value));
  return lines.every(fits) ? null : 'invalid-syntax';
}

/** One character per byte. */
function toText(bytes: Uint8Array): string {
  // A value that can be taken is short; in pieces, because each byte is an argument.
  if (bytes.length > LIMITS.headerBytesMax) {
    trap(`A header is too large: ${bytes.length} bytes, limit ${LIMITS.headerBytesMax}`);
  }
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
}

function toBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
