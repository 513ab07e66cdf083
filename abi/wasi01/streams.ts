// The functions of WASI 0.1 on descriptors, of which all are streams: reading, writing, asking
// what they are, closing. What the program wrote leaves before it waits for input.
// Spec: WASI legacy/preview1/docs.md.

import type { Body } from '../edge/body.ts';
import { LIMITS } from '../limits.ts';
import { EdgeError } from '../messages.ts';
import type { Descriptor } from './descriptors.ts';
import { ERRNO, type Errno } from './errno.ts';
import { atOnce, type Call, type Functions, inTime } from './functions.ts';
import { buffersAt, totalBytes, viewAt, writeU32 } from './memory.ts';

const NONBLOCK = 4;
const RIGHT = { read: 1n << 1n, write: 1n << 6n, poll: 1n << 27n } as const;
const FDSTAT_BYTES = 24;
const FILESTAT_BYTES = 64;

export const streamFunctions: Functions = {
  fd_read: inTime(async (call: Call, fd: number, list: number, count: number, readAt: number) => {
    const { program, memory } = call;
    const descriptor = program.descriptors.get(fd);
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
    if (stream === undefined || stream.kind === 'input') return ERRNO.badf;
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
    // The file type stays 0, unknown: a character device would be taken for a terminal.
    stat.setUint16(2, descriptor.nonBlocking ? NONBLOCK : 0, true);
    stat.setBigUint64(8, rightsOf(descriptor), true);
    return ERRNO.success;
  }),
  fd_fdstat_set_flags: atOnce(({ program }: Call, fd: number, flags: number) => {
    const descriptor = program.descriptors.get(fd);
    if (descriptor === undefined) return ERRNO.badf;
    if ((flags & ~NONBLOCK) !== 0) return ERRNO.notsup;
    descriptor.nonBlocking = flags === NONBLOCK;
    return ERRNO.success;
  }),
  fd_filestat_get: atOnce(({ program, memory }: Call, fd: number, at: number) => {
    if (program.descriptors.get(fd) === undefined) return ERRNO.badf;
    const stat = viewAt(memory, at, FILESTAT_BYTES);
    for (let i = 0; i < FILESTAT_BYTES; i += 8) stat.setBigUint64(i, 0n, true);
    return ERRNO.success;
  }),

  fd_advise: onOpen(ERRNO.spipe),
  fd_allocate: onOpen(ERRNO.spipe),
  fd_fdstat_set_rights: onOpen(ERRNO.notsup),
  fd_filestat_set_size: onOpen(ERRNO.inval),
  fd_filestat_set_times: onOpen(ERRNO.notsup),
  fd_pread: onOpen(ERRNO.spipe),
  fd_pwrite: onOpen(ERRNO.spipe),
  fd_seek: onOpen(ERRNO.spipe),
  fd_tell: onOpen(ERRNO.spipe),
  // No descriptor is a directory or a socket.
  fd_prestat_get: atOnce(() => ERRNO.badf),
  fd_prestat_dir_name: atOnce(() => ERRNO.badf),
  fd_readdir: onOpen(ERRNO.notdir),
  path_create_directory: onOpen(ERRNO.notdir),
  path_filestat_get: onOpen(ERRNO.notdir),
  path_filestat_set_times: onOpen(ERRNO.notdir),
  path_link: onOpen(ERRNO.notdir),
  path_open: onOpen(ERRNO.notdir),
  path_readlink: onOpen(ERRNO.notdir),
  path_remove_directory: onOpen(ERRNO.notdir),
  path_rename: onOpen(ERRNO.notdir),
  path_symlink: atOnce(({ program }: Call, _from: number, _length: number, fd: number) =>
    program.descriptors.get(fd) === undefined ? ERRNO.badf : ERRNO.notdir,
  ),
  path_unlink_file: onOpen(ERRNO.notdir),
  sock_accept: onOpen(ERRNO.notsock),
  sock_recv: onOpen(ERRNO.notsock),
  sock_send: onOpen(ERRNO.notsock),
  sock_shutdown: onOpen(ERRNO.notsock),
};

/** The first argument is a descriptor, and being one of ours it cannot do this. */
function onOpen(otherwise: Errno) {
  return atOnce(({ program }: Call, fd: number) =>
    program.descriptors.get(fd) === undefined ? ERRNO.badf : otherwise,
  );
}

async function flush({ program }: Call, fd: number): Promise<Errno> {
  const stream = program.descriptors.get(fd)?.stream;
  if (stream === undefined) return ERRNO.badf;
  if (stream.kind !== 'output') return ERRNO.inval;
  return failing(() => stream.output.flush().then(() => ERRNO.success));
}

function rightsOf({ stream }: Descriptor): bigint {
  return RIGHT.poll | (stream.kind === 'input' ? RIGHT.read : RIGHT.write);
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

function scatter(bytes: Uint8Array, buffers: readonly Uint8Array[]): void {
  let at = 0;
  for (const buffer of buffers) {
    buffer.set(bytes.subarray(at, at + buffer.length));
    at += Math.min(buffer.length, bytes.length - at);
  }
}
