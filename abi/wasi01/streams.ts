// The functions of WASI 0.1 on descriptors of any kind: reading, writing, asking what they are,
// closing; and what no descriptor of ours can do. What the program wrote leaves before it waits for
// input. What is special to files is in files.ts.
// Spec: WASI legacy/preview1/docs.md.

import type { Body } from '../edge/body.ts';
import { LIMITS } from '../limits.ts';
import { EdgeError } from '../messages.ts';
import type { Descriptor, FileDescriptor } from './descriptors.ts';
import { ERRNO, type Errno } from './errno.ts';
import { FILE_TYPE, readFile } from './files.ts';
import { atOnce, type Call, type Functions, inTime } from './functions.ts';
import { buffersAt, scatter, totalBytes, viewAt, writeU32 } from './memory.ts';

const NONBLOCK = 4;
const RIGHT = {
  read: 1n << 1n,
  seek: 1n << 2n,
  tell: 1n << 5n,
  write: 1n << 6n,
  open: 1n << 13n,
  list: 1n << 14n,
  readlink: 1n << 15n,
  statAt: 1n << 18n,
  stat: 1n << 21n,
  poll: 1n << 27n,
} as const;
const ALL_RIGHTS = (1n << 30n) - 1n;
const FDSTAT_BYTES = 24;

export const streamFunctions: Functions = {
  fd_read: inTime(async (call: Call, fd: number, list: number, count: number, readAt: number) => {
    const { program, memory } = call;
    const descriptor = program.descriptors.get(fd);
    if (descriptor?.stream.kind === 'file') return readOn(call, descriptor.stream, list, count, readAt);
    if (descriptor?.stream.kind === 'directory') return ERRNO.isdir;
    if (descriptor?.stream.kind !== 'input') return ERRNO.badf;
    const buffers = buffersAt(memory, list, count, LIMITS.chunkBytesMax);
    if (buffers === null) return ERRNO.inval;
    const wanted = totalBytes(buffers);
    const { body } = descriptor.stream;
    if (wanted === 0 || body === null) return told(call, readAt, 0);
    if (descriptor.nonBlocking && !body.readable) {
      void body.whenReadable();
      return ERRNO.again;
    }
    return failing(async () => {
      if (!body.readable) await program.stdout.flush();
      const bytes = await body.read(wanted);
      scatter(bytes, buffers);
      return told(call, readAt, bytes.length);
    });
  }),

  fd_write: inTime(async (call: Call, fd: number, list: number, count: number, writtenAt: number) => {
    const { program, memory } = call;
    const stream = program.descriptors.get(fd)?.stream;
    if (stream?.kind !== 'output' && stream?.kind !== 'log') return ERRNO.badf;
    // More than that is written with the next call: the program is told how much was taken.
    const buffers = buffersAt(memory, list, count, LIMITS.chunkBytesMax);
    if (buffers === null) return ERRNO.inval;
    const bytes = gather(buffers);
    if (stream.kind === 'log') stream.stream.write(bytes);
    else {
      const failed = await failing(() => stream.output.write(bytes).then(() => ERRNO.success));
      if (failed !== ERRNO.success) return failed;
    }
    return told(call, writtenAt, bytes.length);
  }),

  fd_close: atOnce(({ program }: Call, fd: number) => program.descriptors.close(fd)),
  fd_renumber: atOnce(({ program }: Call, from: number, to: number) =>
    program.descriptors.renumber(from, to),
  ),
  fd_sync: inTime(flush),
  fd_datasync: inTime(flush),

  fd_fdstat_get: atOnce(({ program, memory }: Call, fd: number, at: number) => {
    const descriptor = program.descriptors.get(fd);
    if (descriptor === undefined) return ERRNO.badf;
    const stat = viewAt(memory, at, FDSTAT_BYTES);
    for (let i = 0; i < FDSTAT_BYTES; i += 8) stat.setBigUint64(i, 0n, true);
    // That of streams stays 0, unknown: a character device would be taken for a terminal.
    stat.setUint8(0, fileTypeOf(descriptor));
    stat.setUint16(2, descriptor.nonBlocking ? NONBLOCK : 0, true);
    const [own, inherited] = rightsOf(descriptor);
    stat.setBigUint64(8, own, true);
    stat.setBigUint64(16, inherited, true);
    return ERRNO.success;
  }),
  fd_fdstat_set_flags: atOnce(({ program }: Call, fd: number, flags: number) => {
    const descriptor = program.descriptors.get(fd);
    if (descriptor === undefined) return ERRNO.badf;
    if ((flags & ~NONBLOCK) !== 0) return ERRNO.notsup;
    descriptor.nonBlocking = flags === NONBLOCK;
    return ERRNO.success;
  }),
  fd_advise: onOpen(ERRNO.spipe, ERRNO.success),
  fd_allocate: onOpen(ERRNO.spipe, ERRNO.badf),
  fd_fdstat_set_rights: onOpen(ERRNO.notsup, ERRNO.notsup),
  fd_filestat_set_size: onOpen(ERRNO.inval, ERRNO.badf),
  fd_filestat_set_times: onOpen(ERRNO.notsup, ERRNO.perm),
  fd_pwrite: onOpen(ERRNO.spipe, ERRNO.badf),
  path_create_directory: onOpen(ERRNO.notdir, ERRNO.perm),
  path_filestat_set_times: onOpen(ERRNO.notdir, ERRNO.perm),
  path_link: onOpen(ERRNO.notdir, ERRNO.perm),
  path_remove_directory: onOpen(ERRNO.notdir, ERRNO.perm),
  path_rename: onOpen(ERRNO.notdir, ERRNO.perm),
  path_symlink: atOnce(({ program }: Call, _from: number, _length: number, fd: number) =>
    refusal(program.descriptors.get(fd), ERRNO.notdir, ERRNO.perm),
  ),
  path_unlink_file: onOpen(ERRNO.notdir, ERRNO.perm),
  sock_accept: onOpen(ERRNO.notsock, ERRNO.notsock),
  sock_recv: onOpen(ERRNO.notsock, ERRNO.notsock),
  sock_send: onOpen(ERRNO.notsock, ERRNO.notsock),
  sock_shutdown: onOpen(ERRNO.notsock, ERRNO.notsock),
};

/** The first argument is a descriptor, which as a stream or as a file or directory cannot do this. */
function onOpen(asStream: Errno, asFile: Errno) {
  return atOnce(({ program }: Call, fd: number) => refusal(program.descriptors.get(fd), asStream, asFile));
}

function refusal(descriptor: Descriptor | undefined, asStream: Errno, asFile: Errno): Errno {
  if (descriptor === undefined) return ERRNO.badf;
  return 'tree' in descriptor.stream ? asFile : asStream;
}

async function readOn(
  call: Call,
  file: FileDescriptor,
  list: number,
  count: number,
  readAt: number,
): Promise<Errno> {
  const errno = await readFile(call, file, list, count, file.position, readAt);
  if (errno === ERRNO.success) file.position += BigInt(viewAt(call.memory, readAt, 4).getUint32(0, true));
  return errno;
}

async function flush({ program }: Call, fd: number): Promise<Errno> {
  const stream = program.descriptors.get(fd)?.stream;
  if (stream === undefined) return ERRNO.badf;
  if (stream.kind === 'file') return ERRNO.success;
  if (stream.kind !== 'output') return ERRNO.inval;
  return failing(() => stream.output.flush().then(() => ERRNO.success));
}

/** A program that asks to open for writing has to be told, so a directory seems to pass all rights on. */
function rightsOf({ stream }: Descriptor): readonly [own: bigint, inherited: bigint] {
  switch (stream.kind) {
    case 'input':
      return [RIGHT.read | RIGHT.poll, 0n];
    case 'output':
    case 'log':
      return [RIGHT.write | RIGHT.poll, 0n];
    case 'file':
      return [RIGHT.read | RIGHT.seek | RIGHT.tell | RIGHT.stat | RIGHT.poll, 0n];
    case 'directory':
      return [RIGHT.open | RIGHT.list | RIGHT.readlink | RIGHT.statAt | RIGHT.stat, ALL_RIGHTS];
  }
}

function fileTypeOf({ stream }: Descriptor): number {
  if (stream.kind === 'directory') return FILE_TYPE.directory;
  return stream.kind === 'file' ? FILE_TYPE['regular-file'] : 0;
}

/** Whether reading would not wait. */
export function isReadable(body: Body | null): boolean {
  return body === null || body.readable;
}

function told({ memory }: Call, at: number, count: number): Errno {
  writeU32(memory, at, count);
  return ERRNO.success;
}

/** What a stream says of its other end becomes an error number. */
async function failing(work: () => Promise<Errno>): Promise<Errno> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EdgeError)) throw error;
    return error.code === 'connection-closed' ? ERRNO.pipe : ERRNO.io;
  }
}

function gather(buffers: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(totalBytes(buffers));
  let at = 0;
  for (const buffer of buffers) {
    whole.set(buffer, at);
    at += buffer.length;
  }
  return whole;
}
