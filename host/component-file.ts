// Reads a component from a file, which may be compressed: `hello.wasm` or `hello.wasm.br`.
// First step of the deploy path where components come from files.

import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { LIMITS } from '../abi/limits.ts';

/** @throws what reading or decompressing throws; more than the limit on components is not decompressed. */
export async function readComponent(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (!path.endsWith('.br')) return bytes;
  return promisify(brotliDecompress)(bytes, { maxOutputLength: LIMITS.componentBytesMax });
}
