// The adapter that turns WASI 0.1, which Go's compiler targets, into what a component imports:
// read from its source, go-adapter/adapter.wat, each time a Go component is made.
// RATIONALE.md "Why an adapter of our own for Go?". Knows nothing of Go's compiler.

import { readFile } from 'node:fs/promises';
import { componentEmbed, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { witSource } from './wit-source.ts';

const DIRECTORY = new URL('./go-adapter/', import.meta.url);

/** As `componentize` takes it. */
export async function goAdapter(): Promise<readonly [name: string, bytes: Uint8Array]> {
  const wat = await readFile(new URL('adapter.wat', DIRECTORY), 'utf8');
  const world = await readFile(new URL('adapter.wit', DIRECTORY), 'utf8');
  const bytes = await componentEmbed({
    binary: await parse(wat),
    witSource: `${await witSource()}\n${world}`,
    world: 'go-adapter',
  });
  return ['wasi_snapshot_preview1', bytes];
}
