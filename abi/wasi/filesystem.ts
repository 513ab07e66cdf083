// The package `wasi:filesystem`: reading, and nothing else, in the directories that the app was
// granted. Paths are resolved by name below one of them and never leave it; whatever would change
// something is not permitted.
// Spec: abi/wit/deps/wasi-filesystem; wasmtime's answers for a directory without write permission.

import { FileError, type FileErrorCode, type FileFacts, type FileKind, type FileTree } from '../files.ts';
import { type HostFunction, type HostInterface, plain, waits } from '../host-interface.ts';
import { LIMITS } from '../limits.ts';
import { FileStream, FileStreamError } from './file-stream.ts';

interface FilesContext {
  readonly config: { readonly directories: readonly FileTree[] };
}

/** The resource `descriptor`: a name, not an open file. */
class Descriptor {
  readonly tree: FileTree;
  readonly path: readonly string[];
  readonly kind: FileKind;

  constructor(tree: FileTree, path: readonly string[], kind: FileKind) {
    this.tree = tree;
    this.path = path;
    this.kind = kind;
  }
}

/** The resource `directory-entry-stream`. */
class Entries {
  readonly #rest: { readonly name: string; readonly kind: FileKind }[];

  constructor(entries: readonly { readonly name: string; readonly kind: FileKind }[]) {
    this.#rest = [...entries];
  }

  next(): unknown {
    const entry = this.#rest.shift();
    return entry === undefined ? undefined : { type: entry.kind, name: entry.name };
  }
}

type Flags = Readonly<Record<string, boolean>>;

const NAME_BYTES_MAX = 255;
const NS = 1_000_000_000n;

const refused = plain(() => ({ tag: 'err', val: 'not-permitted' satisfies FileErrorCode }));
const done = plain(() => ({ tag: 'ok' }));

/** `result<T, error-code>` */
async function result(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { tag: 'ok', val: await work() };
  } catch (error) {
    if (error instanceof FileError) return { tag: 'err', val: error.code };
    throw error;
  }
}

function method(name: string, call: (on: Descriptor, ...args: never[]) => Promise<unknown>): Functions {
  const work = (_: FilesContext, on: Descriptor, ...args: never[]) => result(async () => call(on, ...args));
  return { [`[method]descriptor.${name}`]: waits(work) };
}

type Functions = Record<string, HostFunction<FilesContext>>;

const WRITING = [
  'write-via-stream',
  'append-via-stream',
  'set-size',
  'set-times',
  'write',
  'create-directory-at',
  'set-times-at',
  'link-at',
  'remove-directory-at',
  'rename-at',
  'symlink-at',
  'unlink-file-at',
];

export const preopens: HostInterface<FilesContext> = {
  name: 'wasi:filesystem/preopens@0.2.12',
  functions: {
    'get-directories': plain(({ config }: FilesContext) =>
      config.directories.map((tree) => [new Descriptor(tree, [], 'directory'), tree.name]),
    ),
  },
  drops: {},
};

export const filesystemTypes: HostInterface<FilesContext> = {
  name: 'wasi:filesystem/types@0.2.12',
  functions: {
    ...Object.fromEntries(WRITING.map((name) => [`[method]descriptor.${name}`, refused])),
    '[method]descriptor.read-via-stream': plain(
      (_: FilesContext, { tree, path, kind }: Descriptor, offset: bigint) =>
        kind === 'directory'
          ? { tag: 'err', val: 'is-directory' }
          : { tag: 'ok', val: new FileStream(tree, path, offset) },
    ),
    '[method]descriptor.advise': done,
    '[method]descriptor.sync-data': done,
    '[method]descriptor.sync': done,
    '[method]descriptor.get-flags': plain(() => ({ tag: 'ok', val: { read: true } })),
    '[method]descriptor.get-type': plain((_: FilesContext, { kind }: Descriptor) => ({
      tag: 'ok',
      val: kind,
    })),
    '[method]descriptor.is-same-object': plain(
      (_: FilesContext, one: Descriptor, other: Descriptor) =>
        one.tree === other.tree && one.path.join('/') === other.path.join('/'),
    ),
    ...method('read', async ({ tree, path }, length: bigint, offset: bigint) => {
      const bytesMax = length > LIMITS.chunkBytesMax ? LIMITS.chunkBytesMax : Number(length);
      const bytes = await tree.read(path, offset, bytesMax);
      return [bytes, bytes.length < bytesMax];
    }),
    ...method('read-directory', async ({ tree, path }) => new Entries(await tree.list(path))),
    ...method('stat', async ({ tree, path }) => toStat(await tree.facts(path))),
    ...method('stat-at', async (on, _flags: Flags, path: string) => {
      return toStat(await on.tree.facts(resolvePath(on, path)));
    }),
    ...method('open-at', openAt),
    ...method('readlink-at', async (on, path: string) => {
      await on.tree.facts(resolvePath(on, path));
      throw new FileError('invalid', 'It is no symbolic link');
    }),
    ...method('metadata-hash', async ({ tree, path }) => toHash(await tree.facts(path))),
    ...method('metadata-hash-at', async (on, _flags: Flags, path: string) => {
      return toHash(await on.tree.facts(resolvePath(on, path)));
    }),
    '[method]directory-entry-stream.read-directory-entry': plain((_: FilesContext, entries: Entries) => ({
      tag: 'ok',
      val: entries.next(),
    })),
    'filesystem-error-code': plain((_: FilesContext, error: Error) =>
      error instanceof FileStreamError ? error.code : undefined,
    ),
  },
  drops: {},
};

async function openAt(
  on: Descriptor,
  _: Flags,
  path: string,
  open: Flags,
  flags: Flags,
): Promise<Descriptor> {
  const names = resolvePath(on, path);
  if (open.create || open.exclusive || open.truncate || flags.write || flags.mutateDirectory) {
    throw new FileError('not-permitted', 'The directory is granted for reading only');
  }
  const { kind } = await on.tree.facts(names);
  if (open.directory && kind !== 'directory') throw new FileError('not-directory', 'It is no directory');
  return new Descriptor(on.tree, names, kind);
}

/**
 * The names that a path comes to, from the tree's root. That `..` is taken by name is right where no
 * name is a symbolic link.
 * @throws FileError
 */
export function resolvePath(
  on: { readonly path: readonly string[]; readonly kind: string },
  path: string,
): readonly string[] {
  if (on.kind !== 'directory') throw new FileError('not-directory', 'The descriptor is of a file');
  if (path === '') throw new FileError('no-entry', 'The path is empty');
  if (path.startsWith('/')) throw new FileError('not-permitted', 'The path is absolute');
  if (path.includes('\0')) throw new FileError('invalid', 'The path has a NUL in it');
  const names = [...on.path];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name.length > NAME_BYTES_MAX) throw new FileError('name-too-long', 'A name in the path is too long');
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw new FileError('not-permitted', 'The path leaves the directory');
  }
  return names;
}

function toStat({ kind, bytes, modifiedNs }: FileFacts): unknown {
  const modified = { seconds: modifiedNs / NS, nanoseconds: Number(modifiedNs % NS) };
  return {
    type: kind,
    linkCount: 1n,
    size: bytes,
    dataAccessTimestamp: undefined,
    dataModificationTimestamp: modified,
    statusChangeTimestamp: undefined,
  };
}

function toHash({ identity: [upper, lower] }: FileFacts): unknown {
  return { upper, lower };
}
