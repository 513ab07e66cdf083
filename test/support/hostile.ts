// The rude guests of guests/behaviours/hostile as components: what a file needs is put around it, in
// the words of the world that it is to be a guest of.

import { readdir, readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize } from '../../toolchain/build/componentize.ts';
import { witSource } from '../../toolchain/build/wit-source.ts';

const FOLDER = new URL('../../guests/behaviours/hostile/', import.meta.url);

export type HostileWorld = 'wheeler:edge' | 'wasi:http';

/** Those that need what only `wheeler:edge` has are left out in `wasi:http`. */
export async function hostileNames(world: HostileWorld = 'wheeler:edge'): Promise<string[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith('.wat'));
  const names = files.map((file) => file.slice(0, -'.wat'.length));
  return world === 'wheeler:edge' ? names : names.filter((name) => name !== 'digest');
}

export async function hostileComponent(
  name: string,
  world: HostileWorld = 'wheeler:edge',
): Promise<Uint8Array> {
  return componentOf(await readFile(new URL(`${name}.wat`, FOLDER), 'utf8'), world);
}

/** A component whose handler is the function `$handle` of these fields of a core module. */
export async function componentOf(fields: string, world: HostileWorld = 'wheeler:edge'): Promise<Uint8Array> {
  const core = await parse(around(fields, SHAPES[world]));
  const inner = usesInner(fields) ? SHAPES[world].importsInner : '';
  const things = fields.includes('rude:guest/things') ? 'export things;' : '';
  return componentize(core, {
    encoding: 'utf8',
    world: 'rude:guest/rude',
    wit: `${await witSource()}
      package rude:guest {
        interface things { resource thing; }
        world rude { ${SHAPES[world].includes} ${inner} ${things} }
      }`,
  });
}

/** Whether it stands in front of another guest: test/support/compose.ts. */
function usesInner(fields: string): boolean {
  return /\$inner[\s)]/.test(fields);
}

/** What a file may use, by the name that it uses: the imports behind it, and the function if it is none. */
interface Shape {
  readonly includes: string;
  /** For those that stand in front of another one. */
  readonly importsInner: string;
  readonly uses: Readonly<Record<string, readonly [imports: string, functions?: string]>>;
  /** The handler's export, which calls `$handle`, and the names of it. */
  readonly handler: readonly [imports: string, functions: string];
  readonly handlerName: string;
}

const IN_BOTH = {
  'random-bytes': [
    '(import "wasi:random/random@0.2.12" "get-random-bytes" (func $random-bytes (param i64 i32)))',
  ],
  // In a start function this can be called, and what wants an allocator cannot.
  'random-u64': ['(import "wasi:random/random@0.2.12" "get-random-u64" (func $random-u64 (result i64)))'],
  'thing-new': [
    '(import "[export]rude:guest/things" "[resource-new]thing" (func $thing-new (param i32) (result i32)))',
  ],
  'thing-drop': [
    '(import "[export]rude:guest/things" "[resource-drop]thing" (func $thing-drop (param i32)))',
  ],
} as const;

const NOW = '(import "wasi:clocks/monotonic-clock@0.2.12" "now" (func $now (result i64)))';
const HTTP = '(import "wasi:http/types@0.2.12"';
const EDGE = '(import "wheeler:edge';

const SHAPES: Readonly<Record<HostileWorld, Shape>> = {
  'wheeler:edge': {
    includes: 'include wheeler:edge/edge@0.1.0;',
    importsInner: 'import wheeler:edge/handler@0.1.0;',
    uses: {
      ...IN_BOTH,
      now: [NOW],
      'cpu-ms-left': [`${EDGE}/budget@0.1.0" "cpu-ms-left" (func $cpu-ms-left (result i32)))`],
      log: [`${EDGE}/log@0.1.0" "log" (func $log (param i32 i32 i32)))`],
      sleep: [`${EDGE}/wait@0.1.0" "sleep" (func $sleep (param i32)))`],
      digest: [`${EDGE}/crypto@0.1.0" "digest" (func $digest (param i32 i32 i32 i32)))`],
      parse: [`${EDGE}/url@0.1.0" "parse" (func $parse (param i32 i32 i32 i32 i32 i32)))`],
      inner: [`${EDGE}/handler@0.1.0" "handle" (func $inner (param i32)))`],
      respond: [`${EDGE}/http@0.1.0" "respond" (func $respond (param i32 i32 i32 i32 i32 i32 i32)))`],
    },
    handlerName: 'wheeler:edge/handler@0.1.0#handle',
    handler: ['', '(export "wheeler:edge/handler@0.1.0#handle" (func $handle))'],
  },
  'wasi:http': {
    includes: 'include wasi:http/proxy@0.2.12;',
    importsInner: 'import wasi:http/incoming-handler@0.2.12;',
    uses: {
      ...IN_BOTH,
      'cpu-ms-left': [NOW, '(func $cpu-ms-left (result i32) (i32.wrap_i64 (call $now)))'],
      log: [
        `(import "wasi:cli/stderr@0.2.12" "get-stderr" (func $stderr (result i32)))
         (import "wasi:io/streams@0.2.12" "[method]output-stream.write" (func $write (param i32 i32 i32 i32)))`,
        `(global $log-to (mut i32) (i32.const 0))
         (func $log (param i32 i32 i32)
           (if (i32.eqz (global.get $log-to)) (then (global.set $log-to (call $stderr))))
           (call $write (global.get $log-to) (local.get 1) (local.get 2) (i32.const 16)))`,
      ],
      sleep: [
        `(import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $timer (param i64) (result i32)))
         (import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
         (import "wasi:io/poll@0.2.12" "[resource-drop]pollable" (func $pollable-drop (param i32)))`,
        `(func $sleep (param $ms i32) (local $timer i32)
           (call $block (local.tee $timer
             (call $timer (i64.mul (i64.extend_i32_u (local.get $ms)) (i64.const 1000000)))))
           (call $pollable-drop (local.get $timer)))`,
      ],
      'request-drop': [`${HTTP} "[resource-drop]incoming-request" (func $request-drop (param i32)))`],
      inner: [
        '(import "wasi:http/incoming-handler@0.2.12" "handle" (func $handle-inner (param i32 i32)))',
        '(func $inner (param $request i32) (call $handle-inner (local.get $request) (global.get $out)))',
      ],
      respond: [
        `${HTTP} "[constructor]fields" (func $fields (result i32)))
         ${HTTP} "[constructor]outgoing-response" (func $response (param i32) (result i32)))
         ${HTTP} "[static]response-outparam.set" (func $set (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))`,
        `(func $respond (param i32 i32 i32 i32 i32 i32 i32)
           (call $set (global.get $out) (i32.const 0) (call $response (call $fields))
             (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))`,
      ],
    },
    handlerName: 'wasi:http/incoming-handler@0.2.12#handle',
    // The path is asked for because handles alone would need no allocator.
    handler: [
      `${HTTP} "[method]incoming-request.path-with-query" (func $path (param i32 i32)))`,
      `(global $out (mut i32) (i32.const 0))
       (func (export "wasi:http/incoming-handler@0.2.12#handle") (param $request i32) (param $out i32)
         (global.set $out (local.get $out))
         (call $path (local.get $request) (i32.const 16))
         (call $handle (local.get $request)))`,
    ],
  },
};

const MEMORY = '(memory (export "memory") 2)';

/** Never frees; whoever goes on for ever sets \`$next\` back. */
const ALLOCATOR = `
(global $next (mut i32) (i32.const 1024))
(func $realloc (export "cabi_realloc") (param i32 i32 i32) (param $bytes i32) (result i32)
  (global.get $next)
  (global.set $next (i32.and (i32.add (i32.add (global.get $next) (local.get $bytes)) (i32.const 7)) (i32.const -8))))`;

function around(fields: string, { uses, handler, handlerName }: Shape): string {
  const used = Object.keys(uses).filter((name) => new RegExp(`\\$${name}[\\s)]`).test(fields));
  const parts = [handler, ...used.map((name) => uses[name] ?? [''])];
  return `(module
    ${parts.map(([imports]) => imports).join('\n')}
    ${fields.includes('(memory (') ? '' : MEMORY}
    ${fields.includes('"cabi_realloc"') ? '' : ALLOCATOR}
    ${parts.map(([, functions = '']) => functions).join('\n')}
    ${fields.replaceAll('wheeler:edge/handler@0.1.0#handle', handlerName)})`;
}
