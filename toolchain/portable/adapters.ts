// The adapters as components: two are prebuilt guests of ours, the others are made of their text each
// time. Step 3 of making a component portable. Knows nothing of how they are put together.

import { readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize } from '../build/componentize.ts';
import { witSource } from '../build/wit-source.ts';
import type { AdapterName } from './plan.ts';

const DIRECTORY = new URL('./adapters/', import.meta.url);
const PREBUILT = new URL('../../guests/prebuilt/rust/', import.meta.url);
const WASI_HTTP_WIT = new URL('../../guests/adapters/rust/wasi-http/world.wit', import.meta.url);

export async function adapterComponent(name: AdapterName | 'entry'): Promise<Uint8Array> {
  if (name === 'wasi-http' || name === 'crypto') return readFile(new URL(`${name}.wasm`, PREBUILT));
  const core = await parse(await readFile(new URL(`${name}.wat`, DIRECTORY), 'utf8'));
  return componentize(core, { encoding: 'utf8', world: `${name}-adapter`, wit: await adapterWit() });
}

/** Our WIT with the worlds of the adapters. */
export async function adapterWit(): Promise<string> {
  const worlds = await Promise.all(
    [WASI_HTTP_WIT, new URL('worlds.wit', DIRECTORY)].map((file) => readFile(file, 'utf8')),
  );
  return [await witSource(), ...worlds].join('\n');
}
