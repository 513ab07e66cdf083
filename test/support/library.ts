// For tests of the library: prebuilt guests, and a guest that imports an interface of a host author's,
// made of a few lines of core WebAssembly.

import { readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize } from '../../toolchain/build/componentize.ts';
import { witSource } from '../../toolchain/build/wit-source.ts';

export function prebuilt(name: string): Promise<Uint8Array> {
  return readFile(new URL(`../../guests/prebuilt/${name}.wasm`, import.meta.url));
}

export const STORE_NAME = 'acme:kv/store@0.1.0';

export const STORE_WIT = `package acme:kv@0.1.0;

interface store {
  resource bucket {
    constructor(name: string);
    get: func(key: string) -> option<string>;
  }
  /// Waits.
  twice: func(number: u32) -> u32;
}
`;

export interface StoreGuest {
  /** Core instructions run first in the handler; \`$bucket\` is a handle to the bucket "settings". */
  readonly before?: string;
  /** Core instructions of the start function. */
  readonly start?: string;
  /** The package as the guest knows it. */
  readonly wit?: string;
}

/** Opens the bucket "settings", gets "colour" of it, and responds with the value, or with "none". */
export async function storeGuest({
  before = '',
  start = '',
  wit = STORE_WIT,
}: StoreGuest = {}): Promise<Uint8Array> {
  const [, version] = /@([^;]+);/.exec(wit) ?? [];
  const store = `acme:kv/store@${version}`;
  const core = `(module
    (import "${store}" "[constructor]bucket" (func $open (param i32 i32) (result i32)))
    (import "${store}" "[method]bucket.get" (func $get (param i32 i32 i32 i32)))
    (import "${store}" "[resource-drop]bucket" (func $drop (param i32)))
    (import "${store}" "twice" (func $twice (param i32) (result i32)))
    (import "wheeler:edge/http@0.1.0" "respond" (func $respond (param i32 i32 i32 i32 i32 i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 0) "settingscolournone")
    (global $top (mut i32) (i32.const 1024))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (local.get $at))
    (func (export "wheeler:edge/handler@0.1.0#handle") (param i32)
      (local $bucket i32)
      (local.set $bucket (call $open (i32.const 0) (i32.const 8)))
      ${before}
      (call $get (local.get $bucket) (i32.const 8) (i32.const 6) (i32.const 64))
      (if (i32.eqz (i32.load8_u (i32.const 64)))
        (then (i32.store (i32.const 68) (i32.const 14)) (i32.store (i32.const 72) (i32.const 4))))
      (call $respond (i32.const 200) (i32.const 0) (i32.const 0)
        (i32.const 1) (i32.load (i32.const 68)) (i32.load (i32.const 72)) (i32.const 128)))
    (func $start ${start})
    (export "_initialize" (func $start)))`;
  const world = `package test:guest { world guest { include wheeler:edge/edge@0.1.0; import ${store}; } }`;
  const nested = wit.replace(/package ([^;]+);([\s\S]*)/, 'package $1 {$2}');
  return componentize(await parse(core), {
    encoding: 'utf8',
    wit: `${await witSource()}\n${nested}\n${world}`,
    world: 'test:guest/guest',
  });
}

export interface Example {
  /** The heading under which it stands, with its number when it is not the first there. */
  readonly name: string;
  readonly code: string;
  readonly output: string;
}

/** The programs of a page, each with the output that follows it. */
export function examplesOf(page: string): Example[] {
  return page.split(/^## /m).flatMap((section) => {
    const heading = section.split('\n', 1)[0] as string;
    const pairs = section.matchAll(/^```ts\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm);
    return [...pairs].map(([, code = '', output = ''], i) => ({
      name: i === 0 ? heading : `${heading} ${i + 1}`,
      code,
      output,
    }));
  });
}
