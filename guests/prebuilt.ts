// The prebuilt components, and the lock that says what each was made from and with.
// Components are kept as they are, or compressed where that pays. Used by build.ts and by
// whoever needs a component's bytes. Does not build anything.

import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { WIT_DIRECTORY } from '../toolchain/build/wit-source.ts';
import { GUESTS_DIRECTORY, type Guest, type Versions } from './languages.ts';

const DIRECTORY = join(GUESTS_DIRECTORY, 'prebuilt');
const LOCK_FILE = join(DIRECTORY, 'lock.json');

/** Below this, reading a file that is not compressed is worth more than the space. */
const COMPRESSED_BYTES_MIN = 256 * 1024; // arbitrary

/** Digests are SHA-256 in hex. */
export interface LockEntry {
  /** Of the guest's own files, what its language shares, and the WIT. */
  readonly sources: string;
  readonly versions: Versions;
  /** Of the component, not of the compressed file. */
  readonly component: string;
  readonly bytes: number;
}

export type Lock = Readonly<Record<string, LockEntry>>;

export async function readLock(): Promise<Lock> {
  const bytes = await readIfThere(LOCK_FILE);
  return bytes === null ? {} : (JSON.parse(bytes.toString()) as Lock);
}

export async function writeLock(lock: Lock): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(lock).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(LOCK_FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** The component of a guest, by language and name; null when there is none. */
export async function readPrebuilt(id: string): Promise<Uint8Array | null> {
  const plain = await readIfThere(fileOf(id));
  if (plain !== null) return plain;
  const compressed = await readIfThere(`${fileOf(id)}.br`);
  return compressed === null ? null : brotliDecompressSync(compressed);
}

/** Keeps `component` in place of what is there; the file is touched only when its bytes change. */
export async function writePrebuilt(id: string, component: Uint8Array): Promise<void> {
  const present = await readPrebuilt(id);
  if (present !== null && Buffer.compare(present, component) === 0) return;
  await removePrebuilt(id);
  await mkdir(dirname(fileOf(id)), { recursive: true });
  if (component.length < COMPRESSED_BYTES_MIN) await writeFile(fileOf(id), component);
  else await writeFile(`${fileOf(id)}.br`, brotliCompressSync(component));
}

export async function removePrebuilt(id: string): Promise<void> {
  await rm(fileOf(id), { force: true });
  await rm(`${fileOf(id)}.br`, { force: true });
}

/** The ids of all components that are kept. */
export async function listPrebuilt(): Promise<string[]> {
  const files = await readdir(DIRECTORY, { recursive: true });
  return files
    .filter((file) => /\.wasm(\.br)?$/.test(file))
    .map((file) => file.replaceAll('\\', '/').replace(/\.wasm(\.br)?$/, ''))
    .sort();
}

/** What all of them take as they are kept. */
export async function prebuiltFileBytes(): Promise<number> {
  const files = (await readdir(DIRECTORY, { recursive: true })).filter((file) => /\.wasm(\.br)?$/.test(file));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(DIRECTORY, file))).size));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The digest of everything that a guest is made from; names of files count, where the project lies does not. */
export async function sourcesDigest(guest: Guest): Promise<string> {
  const roots = [
    guest.path,
    ...guest.language.shared.map((path) => join(GUESTS_DIRECTORY, path)),
    WIT_DIRECTORY,
  ];
  const hash = createHash('sha256');
  for (const root of roots) {
    for (const file of await filesIn(root)) {
      hash.update(`${relative(GUESTS_DIRECTORY, file).replaceAll('\\', '/')}\n`);
      hash.update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

/** Prose is not compiled, and what a build leaves behind is no source. */
const isSource = (file: string) =>
  !file.endsWith('.md') && !/(^|[\\/])(node_modules|target|\..*)([\\/]|$)/.test(file);

async function filesIn(root: string): Promise<string[]> {
  const entry = await stat(root);
  if (!entry.isDirectory()) return [root];
  const found: string[] = [];
  for (const child of await readdir(root, { withFileTypes: true })) {
    if (!isSource(child.name)) continue;
    found.push(...(await filesIn(join(root, child.name))));
  }
  return found.sort();
}

async function readIfThere(file: string): Promise<Buffer | null> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

function fileOf(id: string): string {
  return join(DIRECTORY, dirname(id), `${basename(id)}.wasm`);
}
