// The Headers tests of web-platform-tests against `wheeler:edge`: a class as the tests want it, whose lines
// are those that the host takes from a guest (abi/edge/headers.ts) and that it would send. What the
// standard says of reading a list of lines is the engine's.
// Spec: https://fetch.spec.whatwg.org/#headers-class; wpt, fetch/api/headers.

import { deepStrictEqual } from 'node:assert';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compileFunction } from 'node:vm';
import { checkHeaders } from '../../../abi/edge/headers.ts';
import type { Header } from '../../../abi/messages.ts';
import type { SuiteResult, TestResult } from './result.ts';

/** Of what a browser is, and not of what headers are. */
const LEFT_OUT = /headers-(record|idl|nameshake|no-cors|structure)|header-values/;

export function headersTestsIn(folder: string): string[] {
  return globSync('fetch/api/headers/header*.{any.js,html}', { cwd: folder })
    .filter((file) => !LEFT_OUT.test(file))
    .sort();
}

export function runHeadersTests(folder: string, of: string): SuiteResult {
  const tests = headersTestsIn(folder).flatMap((file) => runFile(join(folder, file)));
  return { name: 'WPT fetch/api/headers', of, tests };
}

export class EdgeHeaders {
  #lines: Header[] = [];

  constructor(init?: unknown) {
    if (init === undefined) return;
    if (init === null || typeof init !== 'object') throw new TypeError('Neither a sequence nor a record');
    const isSequence = Symbol.iterator in init;
    for (const pair of isSequence ? (init as Iterable<unknown[]>) : Object.entries(init)) {
      if (pair.length !== 2) throw new TypeError('Not a pair');
      this.append(pair[0], pair[1]);
    }
  }

  append(name: unknown, value: unknown): void {
    this.#lines.push(...taken(name, value));
  }

  set(name: unknown, value: unknown): void {
    const [line] = taken(name, value);
    const key = String(name).toLowerCase();
    const at = this.#lines.findIndex(([one]) => one === key);
    const others = this.#lines.filter(([one], i) => one !== key || i === at);
    this.#lines = others.map((one) => (one[0] === key ? (line as Header) : one));
    if (at === -1 && line !== undefined) this.#lines.push(line);
  }

  delete(name: unknown): void {
    const [[key] = ['']] = taken(name, '');
    this.#lines = this.#lines.filter(([one]) => one !== key);
  }

  get(name: string): string | null {
    return this.#read.get(name);
  }

  has(name: string): boolean {
    return this.#read.has(name);
  }

  getSetCookie(): string[] {
    return this.#read.getSetCookie();
  }

  keys() {
    return this.#read.keys();
  }

  values() {
    return this.#read.values();
  }

  entries() {
    return this.#read.entries();
  }

  forEach(call: (value: string, name: string, headers: EdgeHeaders) => void): void {
    for (const [name, value] of this.#read) call(value, name, this);
  }

  [Symbol.iterator]() {
    return this.entries();
  }

  get #read(): Headers {
    return new Headers(this.#lines.map(([name, value]): [string, string] => [name, value]));
  }
}

function taken(name: unknown, value: unknown): readonly Header[] {
  try {
    return checkHeaders([{ name: String(name), value: String(value) }]);
  } catch (error) {
    throw new TypeError((error as Error).message);
  }
}

function throws(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (error instanceof TypeError) return;
    throw error;
  }
  throw new Error('It did not throw');
}

const ASSERTIONS = {
  assert_equals: (value: unknown, wanted: unknown) => deepStrictEqual(value, wanted),
  assert_array_equals: (value: unknown, wanted: unknown) => deepStrictEqual(value, wanted),
  assert_true: (value: unknown) => deepStrictEqual(value, true),
  assert_false: (value: unknown) => deepStrictEqual(value, false),
  assert_throws: (_: unknown, call: () => unknown) => throws(call),
  assert_throws_js: (_: unknown, call: () => unknown) => throws(call),
};

function runFile(file: string): TestResult[] {
  const text = readFileSync(file, 'utf8');
  const script = file.endsWith('.html') ? (/<script>(.*?)<\/script>/s.exec(text)?.[1] ?? '') : text;
  const tests: TestResult[] = [];
  const test = (call: () => void, title: string) => {
    let detail = '';
    try {
      call();
    } catch (error) {
      detail = (error as Error).message;
    }
    const name = `${basename(file).replace(/\..*/, '')}: ${title}`;
    tests.push({ name, outcome: detail === '' ? 'passed' : 'failed', detail });
  };
  const given = { ...ASSERTIONS, test, Headers: EdgeHeaders };
  // A script of the tests declares its variables by using them.
  compileFunction(`var name;${script}`, Object.keys(given))(...Object.values(given));
  return tests;
}
