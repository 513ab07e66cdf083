// Reads a component from a file, which may be compressed: `hello.wasm` or `hello.wasm.br`, and puts
// one into a file. First step of the deploy path where components come from files.

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { LIMITS } from '../abi/limits.ts';

/** @throws what reading or decompressing throws; more than the limit on components is not decompressed. */
export async function readComponent(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path);
  if (!path.endsWith('.br')) return bytes;
  return promisify(brotliDecompress)(bytes, { maxOutputLength: LIMITS.componentBytesMax });
}

/** Whoever reads the file meanwhile sees the component before or this one, never a part. */
export async function writeComponent(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, bytes);
  await rename(beside, path);
}
