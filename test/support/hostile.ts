// The rude guests of guests/behaviours/hostile as components: what a file needs is put around it.

import { readdir, readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize } from '../../toolchain/build/componentize.ts';
import { witSource } from '../../toolchain/build/wit-source.ts';

const FOLDER = new URL('../../guests/behaviours/hostile/', import.meta.url);

export async function hostileNames(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.filter((file) => file.endsWith('.wat')).map((file) => file.slice(0, -'.wat'.length));
}

export async function hostileComponent(name: string): Promise<Uint8Array> {
  return componentOf(await readFile(new URL(`${name}.wat`, FOLDER), 'utf8'));
}

/** A component whose handler is the function `$handle` of these fields of a core module. */
export async function componentOf(fields: string): Promise<Uint8Array> {
  const core = await parse(around(fields));
  if (!fields.includes('rude:guest/things')) return componentize(core, { encoding: 'utf8' });
  return componentize(core, {
    encoding: 'utf8',
    world: OWN_RESOURCE_WORLD,
    wit: `${await witSource()}\n${OWN_RESOURCE}`,
  });
}

/** What a file may import, by the name that it uses. */
const IMPORTS: Readonly<Record<string, string>> = {
  'cpu-ms-left': '"wheeler:edge/budget@0.1.0" "cpu-ms-left" (func $cpu-ms-left (result i32))',
  log: '"wheeler:edge/log@0.1.0" "log" (func $log (param i32 i32 i32))',
  sleep: '"wheeler:edge/wait@0.1.0" "sleep" (func $sleep (param i32))',
  digest: '"wheeler:edge/crypto@0.1.0" "digest" (func $digest (param i32 i32 i32 i32))',
  parse: '"wheeler:edge/url@0.1.0" "parse" (func $parse (param i32 i32 i32 i32 i32 i32))',
  respond: '"wheeler:edge/http@0.1.0" "respond" (func $respond (param i32 i32 i32 i32 i32 i32 i32))',
  'random-bytes': '"wasi:random/random@0.2.12" "get-random-bytes" (func $random-bytes (param i64 i32))',
  now: '"wasi:clocks/monotonic-clock@0.2.12" "now" (func $now (result i64))',
  'thing-new': '"[export]rude:guest/things" "[resource-new]thing" (func $thing-new (param i32) (result i32))',
  'thing-drop': '"[export]rude:guest/things" "[resource-drop]thing" (func $thing-drop (param i32))',
};

const OWN_RESOURCE = `
package rude:guest {
  interface things { resource thing; }
  world rude { include wheeler:edge/edge@0.1.0; export things; }
}`;
const OWN_RESOURCE_WORLD = 'rude:guest/rude';

const MEMORY = '(memory (export "memory") 2)';

/** Never frees; whoever goes on for ever sets \`$next\` back. */
const ALLOCATOR = `
(global $next (mut i32) (i32.const 1024))
(func $realloc (export "cabi_realloc") (param i32 i32 i32) (param $bytes i32) (result i32)
  (global.get $next)
  (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get $bytes)) (i32.const 7)) (i32.const -8))))`;

function around(fields: string): string {
  const names = Object.keys(IMPORTS).filter((name) => new RegExp(`\\$${name}[\\s)]`).test(fields));
  return `(module
    ${names.map((name) => `(import ${IMPORTS[name]})`).join('\n')}
    ${fields.includes('(memory (') ? '' : MEMORY}
    ${fields.includes('"cabi_realloc"') ? '' : ALLOCATOR}
    (export "wheeler:edge/handler@0.1.0#handle" (func $handle))
    ${fields})`;
}
