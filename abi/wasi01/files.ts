// The functions of WASI 0.1 on files: reading in the directories that the app was granted, which are
// the program's preopened descriptors, from 3 on. Whatever would change something is not permitted.
// What is read is read by name each time, so an open file holds nothing of the host.
// Spec: WASI legacy/preview1/docs.md, "prestat", "filestat", "dirent".

import { FileError, type FileErrorCode, type FileFacts, type FileKind } from '../files.ts';
import { LIMITS } from '../limits.ts';
import { resolvePath } from '../wasi/descriptor.ts';
import type { FileDescriptor, Stream } from './descriptors.ts';
import { ERRNO, type Errno } from './errno.ts';
import { atOnce, type Call, type Functions, inTime } from './functions.ts';
import { buffersAt, bytesAt, scatter, totalBytes, viewAt, writeU32, writeU64 } from './memory.ts';

export const FILE_TYPE: Readonly<Record<FileKind, number>> = { directory: 3, 'regular-file': 4 };

const ERRNO_OF: Readonly<Record<FileErrorCode, Errno>> = {
  access: ERRNO.acces,
  invalid: ERRNO.inval,
  io: ERRNO.io,
  'is-directory': ERRNO.isdir,
  'name-too-long': ERRNO.nametoolong,
  'no-entry': ERRNO.noent,
  'not-directory': ERRNO.notdir,
  'not-permitted': ERRNO.perm,
  overflow: ERRNO.overflow,
};

const OPEN = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;
const RIGHT_WRITE = 1n << 6n;
const WHENCE = { start: 0, current: 1, end: 2 } as const;
const DIRENT_BYTES = 24;
const FILESTAT_BYTES = 64;
const PRESTAT_BYTES = 8;

export const fileFunctions: Functions = {
  fd_prestat_get: atOnce(({ program, memory }: Call, fd: number, at: number) => {
    const name = preopenName(program.descriptors.get(fd)?.stream);
    if (name === null) return ERRNO.badf;
    const prestat = viewAt(memory, at, PRESTAT_BYTES);
    prestat.setUint32(0, 0, true);
    prestat.setUint32(4, name.length, true);
    return ERRNO.success;
  }),
  fd_prestat_dir_name: atOnce(({ program, memory }: Call, fd: number, at: number, length: number) => {
    const name = preopenName(program.descriptors.get(fd)?.stream);
    if (name === null) return ERRNO.badf;
    if (name.length > length) return ERRNO.nametoolong;
    bytesAt(memory, at, name.length).set(name);
    return ERRNO.success;
  }),

  fd_pread: inTime(
    async (call: Call, fd: number, list: number, count: number, offset: bigint, at: number) => {
      const file = call.program.descriptors.get(fd)?.stream;
      if (file === undefined) return ERRNO.badf;
      if (file.kind !== 'file') return file.kind === 'directory' ? ERRNO.isdir : ERRNO.spipe;
      return readFile(call, file, list, count, offset, at);
    },
  ),
  fd_seek: inTime(async (call: Call, fd: number, offset: bigint, whence: number, at: number) => {
    const file = call.program.descriptors.get(fd)?.stream;
    if (file === undefined) return ERRNO.badf;
    if (file.kind !== 'file') return file.kind === 'directory' ? ERRNO.badf : ERRNO.spipe;
    return failing(async () => {
      const base = await seekBase(file, whence);
      if (base === null) return ERRNO.inval;
      const position = base + BigInt.asIntN(64, offset);
      if (position < 0n) return ERRNO.inval;
      file.position = position;
      writeU64(call.memory, at, position);
      return ERRNO.success;
    });
  }),
  fd_tell: atOnce(({ program, memory }: Call, fd: number, at: number) => {
    const file = program.descriptors.get(fd)?.stream;
    if (file === undefined) return ERRNO.badf;
    if (file.kind !== 'file') return file.kind === 'directory' ? ERRNO.badf : ERRNO.spipe;
    writeU64(memory, at, file.position);
    return ERRNO.success;
  }),
  fd_readdir: inTime(
    async (call: Call, fd: number, at: number, length: number, cookie: bigint, usedAt: number) => {
      const directory = call.program.descriptors.get(fd)?.stream;
      if (directory === undefined) return ERRNO.badf;
      if (directory.kind !== 'directory') return ERRNO.notdir;
      return failing(async () => {
        const listed = await directory.tree.list(directory.path);
        const special = ['.', '..'].map((name) => ({ name, kind: 'directory' as const }));
        const entries = [...special, ...listed].slice(cookie > 0xffff_ffffn ? Infinity : Number(cookie));
        const bytes = call.cx.billed(() => direntBytes(entries, cookie, length));
        bytesAt(call.memory, at, bytes.length).set(bytes);
        writeU32(call.memory, usedAt, bytes.length);
        return ERRNO.success;
      });
    },
  ),
  fd_filestat_get: inTime(async (call: Call, fd: number, at: number) => {
    const stream = call.program.descriptors.get(fd)?.stream;
    if (stream === undefined) return ERRNO.badf;
    if (!('tree' in stream)) return writeStat(call, at, null);
    return failing(async () => writeStat(call, at, await stream.tree.facts(stream.path)));
  }),

  path_filestat_get: inTime(
    async (call: Call, fd: number, _flags: number, path: number, length: number, at: number) =>
      inDirectory(call, fd, path, length, async ({ tree }, names) =>
        writeStat(call, at, await tree.facts(names)),
      ),
  ),
  path_open: inTime(
    async (
      call: Call,
      fd: number,
      _lookup: number,
      path: number,
      length: number,
      open: number,
      rights: bigint,
      _inherited: bigint,
      _flags: number,
      openedAt: number,
    ) =>
      inDirectory(call, fd, path, length, async ({ tree }, names) => {
        if ((open & (OPEN.create | OPEN.exclusive | OPEN.truncate)) !== 0) return ERRNO.perm;
        const { kind } = await tree.facts(names);
        if (kind === 'directory') return opened(call, { kind, tree, path: names, name: null }, openedAt);
        if ((open & OPEN.directory) !== 0) return ERRNO.notdir;
        if ((rights & RIGHT_WRITE) !== 0n) return ERRNO.perm;
        return opened(call, { kind: 'file', tree, path: names, position: 0n }, openedAt);
      }),
  ),
  path_readlink: inTime(async (call: Call, fd: number, path: number, length: number) =>
    inDirectory(call, fd, path, length, async ({ tree }, names) => {
      await tree.facts(names);
      return ERRNO.inval;
    }),
  ),
};

/** Reads into the buffers of a list, and says how much. */
export async function readFile(
  call: Call,
  { tree, path }: FileDescriptor,
  list: number,
  count: number,
  offset: bigint,
  readAt: number,
): Promise<Errno> {
  const buffers = buffersAt(call.memory, list, count, LIMITS.chunkBytesMax);
  if (buffers === null) return ERRNO.inval;
  return failing(async () => {
    const bytes = await tree.read(path, offset, totalBytes(buffers));
    scatter(bytes, buffers);
    writeU32(call.memory, readAt, bytes.length);
    return ERRNO.success;
  });
}

type DirectoryDescriptor = Extract<Stream, { kind: 'directory' }>;

async function inDirectory(
  { program, memory }: Call,
  fd: number,
  at: number,
  length: number,
  work: (directory: DirectoryDescriptor, names: readonly string[]) => Promise<Errno>,
): Promise<Errno> {
  const directory = program.descriptors.get(fd)?.stream;
  if (directory === undefined) return ERRNO.badf;
  if (directory.kind !== 'directory') return ERRNO.notdir;
  const path = bytesAt(memory, at, length);
  return failing(async () => {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(path);
    } catch {
      return ERRNO.ilseq;
    }
    return work(directory, resolvePath(directory, text));
  });
}

function opened({ program, memory }: Call, stream: Stream, at: number): Errno {
  const fd = program.descriptors.add(stream);
  if (fd === null) return ERRNO.mfile;
  writeU32(memory, at, fd);
  return ERRNO.success;
}

function preopenName(stream: Stream | undefined): Uint8Array | null {
  if (stream?.kind !== 'directory' || stream.name === null) return null;
  return new TextEncoder().encode(stream.name);
}

async function seekBase({ tree, path, position }: FileDescriptor, whence: number): Promise<bigint | null> {
  if (whence === WHENCE.start) return 0n;
  if (whence === WHENCE.current) return position;
  return whence === WHENCE.end ? (await tree.facts(path)).bytes : null;
}

/** As many entries as fit, the last cut where the buffer ends: that is how the program knows of more. */
function direntBytes(
  entries: readonly { readonly name: string; readonly kind: FileKind }[],
  cookie: bigint,
  length: number,
): Uint8Array {
  const bytes = new Uint8Array(Math.min(length, LIMITS.chunkBytesMax));
  let at = 0;
  for (const [i, { name, kind }] of entries.entries()) {
    if (at === bytes.length) break;
    const encoded = new TextEncoder().encode(name);
    const entry = new Uint8Array(DIRENT_BYTES + encoded.length);
    const view = new DataView(entry.buffer);
    view.setBigUint64(0, cookie + BigInt(i + 1), true);
    view.setUint32(16, encoded.length, true);
    view.setUint8(20, FILE_TYPE[kind]);
    entry.set(encoded, DIRENT_BYTES);
    const part = entry.subarray(0, bytes.length - at);
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.subarray(0, at);
}

/** @param facts null for what is no file */
function writeStat({ memory }: Call, at: number, facts: FileFacts | null): Errno {
  const stat = viewAt(memory, at, FILESTAT_BYTES);
  const u64 = (offset: number, value: bigint) => stat.setBigUint64(offset, BigInt.asUintN(64, value), true);
  for (let i = 0; i < FILESTAT_BYTES; i += 8) u64(i, 0n);
  if (facts === null) return ERRNO.success;
  const { kind, bytes, modifiedNs, identity } = facts;
  u64(0, identity[0]);
  u64(8, identity[1]);
  stat.setUint8(16, FILE_TYPE[kind]);
  u64(24, 1n);
  u64(32, bytes);
  for (const offset of [40, 48, 56]) u64(offset, modifiedNs);
  return ERRNO.success;
}

async function failing(work: () => Promise<Errno>): Promise<Errno> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileError) return ERRNO_OF[error.code];
    throw error;
  }
}
