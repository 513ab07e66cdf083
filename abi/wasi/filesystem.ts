// The package `wasi:filesystem`: reading, and nothing else, in the directories that the app was
// granted. Whatever would change something is not permitted.
// Spec: abi/wit/deps/wasi-filesystem; wasmtime's answers for a directory without write permission.

import { FileError, type FileErrorCode, type FileFacts, type FileKind } from '../files.ts';
import { type HostFunction, type HostInterface, plain, waits } from '../host-interface.ts';
import { LIMITS } from '../limits.ts';
import {
  type Descriptor,
  type FilesContext,
  type Flags,
  grantedDirectories,
  hashOf,
  openAt,
  statOf,
} from './descriptor.ts';
import { FileStream, FileStreamError } from './file-stream.ts';

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
    'get-directories': plain(grantedDirectories),
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
      return toStat(await on.facts(path));
    }),
    ...method('open-at', openAt),
    ...method('readlink-at', async (on, path: string) => {
      await on.facts(path);
      throw new FileError('invalid', 'It is no symbolic link');
    }),
    ...method('metadata-hash', async ({ tree, path }) => hashOf(await tree.facts(path))),
    ...method('metadata-hash-at', async (on, _flags: Flags, path: string) => {
      return hashOf(await on.facts(path));
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

function toStat(facts: FileFacts): unknown {
  return { type: facts.kind, ...statOf(facts) };
}
