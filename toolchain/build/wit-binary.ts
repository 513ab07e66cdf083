// Makes abi/wit/edge.wasm of the WIT: a component without content that imports and exports the
// whole world, from which the validator takes the types. Run by `npm run wit` when the WIT changes.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { WIT_DIRECTORY, witSource } from './wit-source.ts';

export const WIT_BINARY = join(WIT_DIRECTORY, 'edge.wasm');

export async function witBinary(world = 'edge', source?: string): Promise<Uint8Array> {
  const embedded = await componentEmbed({ dummy: true, witSource: source ?? (await witSource()), world });
  return componentNew(embedded, []);
}

if (process.argv[1] === import.meta.filename) await writeFile(WIT_BINARY, await witBinary());
