// The directories that an app may read, on this machine's disk: step 9 of the request path. Every
// name is looked at again for every read, and what is reached through a symbolic link is not
// there: the path that the system comes to has to be the one that was asked for.
// Does not write, and keeps no file open.
// Spec: abi/files.ts.

import { constants } from 'node:fs';
import { type FileHandle, open, readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  FileError,
  type FileErrorCode,
  type FileFacts,
  type FileKind,
  type FileTree,
} from '../../abi/files.ts';

/** A grant as written: a folder of this machine, and what the guest calls it. */
export interface DirectoryGrant {
  readonly path: string;
  readonly as: string;
}

/** Entries of a directory that are listed: a guest can hold as many lists as handles, and nobody counts that memory. */
const ENTRIES_MAX = 1_000; // arbitrary

/** A FIFO must not hold the thread pool until somebody writes to it. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const CODES: Readonly<Record<string, FileErrorCode>> = {
  EACCES: 'access',
  EISDIR: 'is-directory',
  ELOOP: 'not-permitted',
  ENAMETOOLONG: 'name-too-long',
  ENOENT: 'no-entry',
  ENOTDIR: 'not-directory',
  ENXIO: 'not-permitted',
  EPERM: 'access',
};

export function fileTree({ path: root, as }: DirectoryGrant): FileTree {
  return {
    name: as,
    facts: (path) => withFile(root, path, factsOf),
    read: (path, offset, bytesMax) =>
      withFile(root, path, async (file) => {
        const { kind, bytes } = await factsOf(file);
        if (kind === 'directory') throw new FileError('is-directory', 'It is a directory');
        const left = bytes > offset ? bytes - offset : 0n;
        const buffer = new Uint8Array(left < BigInt(bytesMax) ? Number(left) : bytesMax);
        const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
        return buffer.subarray(0, bytesRead);
      }),
    list: (path) =>
      withFile(root, path, async (_, place) => {
        const entries = await readdir(place, { withFileTypes: true });
        if (entries.length > ENTRIES_MAX) throw new FileError('overflow', 'The directory is too large');
        const listed = entries.flatMap((entry) => {
          const kind = kindOf(entry);
          return kind === null ? [] : [{ name: entry.name, kind }];
        });
        return listed.sort((a, b) => (a.name < b.name ? -1 : 1));
      }),
  };
}

/** @throws FileError */
async function withFile<T>(
  root: string,
  path: readonly string[],
  work: (file: FileHandle, place: string) => Promise<T>,
): Promise<T> {
  let file: FileHandle | null = null;
  try {
    const top = await realpath(root);
    const place = join(top, ...path);
    // No `await using`: an older Node, which is told what to do, has to be able to read this file.
    file = await open(place, FLAGS);
    // A name before the last may be a link as well; asked after opening, so that nothing slips in between.
    if ((await realpath(place)) !== place)
      throw new FileError('not-permitted', 'A symbolic link is on the way');
    return await work(file, place);
  } catch (error) {
    throw error instanceof FileError ? error : fileError(error as NodeJS.ErrnoException);
  } finally {
    await file?.close();
  }
}

async function factsOf(file: FileHandle): Promise<FileFacts> {
  const facts = await file.stat({ bigint: true });
  const kind = kindOf(facts);
  if (kind === null) throw new FileError('not-permitted', 'It is neither a file nor a directory');
  return { kind, bytes: facts.size, modifiedNs: facts.mtimeNs, identity: [facts.dev, facts.ino] };
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean }): FileKind | null {
  if (entry.isFile()) return 'regular-file';
  return entry.isDirectory() ? 'directory' : null;
}

function fileError(cause: NodeJS.ErrnoException): FileError {
  return new FileError(CODES[cause.code ?? ''] ?? 'io', 'The host could not read it', { cause });
}
