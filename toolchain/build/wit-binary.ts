// Makes abi/served.wasm of the WIT: a component without content that imports and exports all that
// is served, from which the validator takes the types. Run by `npm run wit` when the WIT changes.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { draftSource, wasi03Source, witSource } from './wit-source.ts';

const SERVED_WORLD = new URL('../../abi/served.wit', import.meta.url);

export const WIT_BINARY = fileURLToPath(new URL('../../abi/served.wasm', import.meta.url));

export async function witBinary(world = 'served', source?: string): Promise<Uint8Array> {
  const ours = async () =>
    [await witSource(), await draftSource(), await readFile(SERVED_WORLD, 'utf8'), await wasi03Source()].join(
      '\n',
    );
  const embedded = await componentEmbed({
    dummy: true,
    witSource: source ?? (await ours()),
    world,
    // What WASI calls unstable is served as well.
    features: { tag: 'all' },
  });
  return componentNew(embedded, []);
}

if (process.argv[1] === import.meta.filename) await writeFile(WIT_BINARY, await witBinary());
