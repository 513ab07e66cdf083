// The package `wasi:filesystem` 0.3: what 0.2 gives of the granted directories, for reading only, as
// asynchronous functions and streams.
// Spec: abi/wit-0.3/wasi-filesystem; wasmtime's answers for a directory without write permission.

import type { ValueSource } from '../canonical/async/host-ends.ts';
import type { SharedStream } from '../canonical/async/shared-stream.ts';
import { FileError } from '../files.ts';
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
} from '../wasi/descriptor.ts';

type Functions = Record<string, HostFunction<FilesContext>>;
type Result =
  | { readonly tag: 'ok'; readonly val?: unknown }
  | { readonly tag: 'err'; readonly val: ErrorCode };
interface ErrorCode {
  readonly tag: FileError['code'] | 'bad-descriptor';
}

const OK: Result = { tag: 'ok' };
/** What a file's offsets can be. */
const OFFSET_MAX = 2n ** 63n - 1n;

function err(tag: ErrorCode['tag']): Result {
  return { tag: 'err', val: { tag } };
}

function failed(error: unknown): Result {
  if (error instanceof FileError) return err(error.code);
  throw error;
}

function method(name: string, call: (on: Descriptor, ...args: never[]) => Promise<unknown>): Functions {
  const work = async (_: FilesContext, on: Descriptor, ...args: never[]): Promise<Result> => {
    try {
      return { tag: 'ok', val: await call(on, ...args) };
    } catch (error) {
      return failed(error);
    }
  };
  return { [`[method]descriptor.${name}`]: waits(work) };
}

/** What would change something: says first what is wrong with the path, where that comes `at` an argument. */
function refused(name: string, at: number | null): Functions {
  return method(name, async (on, ...args) => {
    if (at !== null) await on.facts(args[at] as unknown as string);
    throw new FileError('not-permitted', 'The directory is granted for reading only');
  });
}

/** Nothing of what the guest sends is read. */
function refusedStream(name: string): Functions {
  const refuse = (_: FilesContext, __: Descriptor, data: SharedStream) => {
    data.drop();
    return Promise.resolve(err('not-permitted'));
  };
  return { [`[method]descriptor.${name}`]: plain(refuse) };
}

/** A stream, and a future that says how it ended. `more` gives the next values, or nothing at the end. */
function streamed(more: () => Promise<ArrayLike<unknown>>): readonly [ValueSource, Promise<Result>] {
  const { promise, resolve } = Promise.withResolvers<Result>();
  const next = async () => {
    const values = await more();
    if (values.length > 0) return values;
    resolve(OK);
    return null;
  };
  const source = {
    next: () =>
      next().catch((error: unknown) => {
        resolve(failed(error));
        return null;
      }),
    cancel: () => resolve(OK),
  };
  return [source, promise];
}

/** What is wrong with the descriptor itself is known before anything is read. */
function nothing(code: FileError['code']): readonly [ValueSource, Promise<Result>] {
  return [{ next: async () => null, cancel: () => {} }, Promise.resolve(err(code))];
}

function readFile({ tree, path, kind }: Descriptor, offset: bigint): ReturnType<typeof streamed> {
  if (kind === 'directory') return nothing('is-directory');
  let at = offset;
  return streamed(async () => {
    if (at > OFFSET_MAX) throw new FileError('invalid', 'No file is as long as that');
    const bytes = await tree.read(path, at, LIMITS.chunkBytesMax);
    at += BigInt(bytes.length);
    return bytes;
  });
}

function readDirectory({ tree, path, kind }: Descriptor): ReturnType<typeof streamed> {
  if (kind !== 'directory') return nothing('not-directory');
  let isListed = false;
  return streamed(async () => {
    if (isListed) return [];
    isListed = true;
    return (await tree.list(path)).map(({ name, kind }) => ({ type: { tag: kind }, name }));
  });
}

async function isSameObject(_: FilesContext, one: Descriptor, other: Descriptor): Promise<boolean> {
  try {
    const [left, right] = await Promise.all([one.tree.facts(one.path), other.tree.facts(other.path)]);
    return left.identity.every((part, i) => part === right.identity[i]);
  } catch (error) {
    failed(error);
    return false;
  }
}

const toStat = (facts: Parameters<typeof statOf>[0]) => ({ type: { tag: facts.kind }, ...statOf(facts) });

export const filesystem03: readonly HostInterface<FilesContext>[] = [
  {
    name: 'wasi:filesystem/preopens@0.3.0',
    functions: { 'get-directories': plain(grantedDirectories) },
    drops: {},
  },
  {
    name: 'wasi:filesystem/types@0.3.0',
    functions: {
      '[method]descriptor.read-via-stream': plain((_: FilesContext, on: Descriptor, offset: bigint) =>
        readFile(on, offset),
      ),
      ...refusedStream('write-via-stream'),
      ...refusedStream('append-via-stream'),
      '[method]descriptor.advise': plain((_: FilesContext, { kind }: Descriptor) =>
        kind === 'directory' ? err('bad-descriptor') : OK,
      ),
      '[method]descriptor.sync-data': plain(() => OK),
      '[method]descriptor.get-flags': plain(() => ({ tag: 'ok', val: { read: true } })),
      '[method]descriptor.get-type': plain((_: FilesContext, { kind }: Descriptor) => ({
        tag: 'ok',
        val: { tag: kind },
      })),
      ...refused('set-size', null),
      ...refused('set-times', null),
      '[method]descriptor.read-directory': plain((_: FilesContext, on: Descriptor) => readDirectory(on)),
      '[method]descriptor.sync': plain(() => OK),
      ...refused('create-directory-at', null),
      ...method('stat', async ({ tree, path }) => toStat(await tree.facts(path))),
      ...method('stat-at', async (on, _flags: Flags, path: string) => toStat(await on.facts(path))),
      ...refused('set-times-at', 1),
      ...refused('link-at', 1),
      ...method('open-at', openAt),
      ...method('readlink-at', async (on, path: string) => {
        await on.facts(path);
        throw new FileError('invalid', 'It is no symbolic link');
      }),
      ...refused('remove-directory-at', 0),
      ...refused('rename-at', 0),
      ...refused('symlink-at', null),
      ...refused('unlink-file-at', 0),
      '[method]descriptor.is-same-object': waits(isSameObject),
      ...method('metadata-hash', async ({ tree, path }) => hashOf(await tree.facts(path))),
      ...method('metadata-hash-at', async (on, _flags: Flags, path: string) => hashOf(await on.facts(path))),
    },
    drops: {},
  },
];
