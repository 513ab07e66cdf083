// The interfaces `wasi:io/streams` and `wasi:io/error`, over anything that implements the two
// kinds of stream below. They know no source or sink in particular: standard streams are in
// stdio.ts.
// Spec: abi/wit/deps/wasi-io/streams.wit, whose rules on permits and waiting these are.

import { trap } from '../canonical/trap.ts';
import { AtOnce, type HostInterface, plain, waits } from '../host-interface.ts';
import { LIMITS } from '../limits.ts';
import { type Pollable, type PollContext, whenOneIsReady } from './poll.ts';

/** Why a stream failed: the resource `wasi:io/error`. */
export class IoError extends Error {}

/** Ready when reading gives bytes, the end or an error. */
export interface InputStream extends Pollable {
  /** What is there, at most that much: empty when there is nothing yet, null at the end. Throws `IoError`. */
  read(bytesMax: number): Uint8Array | null;
  close(): void;
}

/** Ready when there is room, or when writing would fail. */
export interface OutputStream extends Pollable {
  /** Bytes that may be written now; null when nobody reads any more. Throws `IoError`. */
  room(): number | null;
  /** At most as many as there is room for. Throws `IoError`. */
  write(bytes: Uint8Array): void;
  close(): void;
}

type StreamError =
  | { readonly tag: 'closed' }
  | { readonly tag: 'last-operation-failed'; readonly val: IoError };
type StreamResult =
  | { readonly tag: 'ok'; readonly val: unknown }
  | { readonly tag: 'err'; readonly val: StreamError };

/** What the stream no longer takes or gives. */
class Closed extends Error {}

/** What one blocking-write-and-flush may be given. */
const BLOCKING_BYTES_MAX = 4096;

export const error: HostInterface<unknown> = {
  name: 'wasi:io/error@0.2.12',
  functions: {
    '[method]error.to-debug-string': plain((_: unknown, failure: IoError) => failure.message),
  },
  drops: {},
};

export const streams: HostInterface<PollContext> = {
  name: 'wasi:io/streams@0.2.12',
  functions: {
    '[method]input-stream.read': plain((_: PollContext, from: InputStream, length: bigint) =>
      attempt(() => take(from, length)),
    ),
    '[method]input-stream.blocking-read': waits((cx: PollContext, from: InputStream, length: bigint) =>
      attemptWhenReady(cx, from, () => take(from, length)),
    ),
    '[method]input-stream.skip': plain((_: PollContext, from: InputStream, length: bigint) =>
      attempt(() => BigInt(take(from, length).length)),
    ),
    '[method]input-stream.blocking-skip': waits((cx: PollContext, from: InputStream, length: bigint) =>
      attemptWhenReady(cx, from, () => BigInt(take(from, length).length)),
    ),
    '[method]input-stream.subscribe': plain((_: PollContext, from: InputStream) => from),

    '[method]output-stream.check-write': plain((_: PollContext, to: OutputStream) =>
      attempt(() => BigInt(room(to))),
    ),
    '[method]output-stream.write': plain((_: PollContext, to: OutputStream, bytes: Uint8Array) =>
      attempt(() => put(to, bytes)),
    ),
    '[method]output-stream.blocking-write-and-flush': waits(
      (cx: PollContext, to: OutputStream, bytes: Uint8Array) => putNowOrLater(cx, to, bytes),
    ),
    // A sink takes what it is given at once, so there is nothing to flush.
    '[method]output-stream.flush': plain((_: PollContext, to: OutputStream) => attempt(() => void room(to))),
    '[method]output-stream.blocking-flush': waits(
      (_: PollContext, to: OutputStream) => new AtOnce(attempt(() => void room(to))),
    ),
    '[method]output-stream.subscribe': plain((_: PollContext, to: OutputStream) => to),
    '[method]output-stream.write-zeroes': plain((_: PollContext, to: OutputStream, length: bigint) =>
      attempt(() => put(to, zeroes(length))),
    ),
    '[method]output-stream.blocking-write-zeroes-and-flush': waits(
      (cx: PollContext, to: OutputStream, length: bigint) => putNowOrLater(cx, to, zeroes(length)),
    ),
    '[method]output-stream.splice': plain(
      (_: PollContext, to: OutputStream, from: InputStream, length: bigint) =>
        attempt(() => splice(to, from, length)),
    ),
    '[method]output-stream.blocking-splice': waits(
      async (cx: PollContext, to: OutputStream, from: InputStream, length: bigint) => {
        await whenOneIsReady(cx, [to]);
        return attemptWhenReady(cx, from, () => splice(to, from, length));
      },
    ),
  },
  drops: {
    'input-stream': (_, stream: InputStream) => stream.close(),
    'output-stream': (_, stream: OutputStream) => stream.close(),
  },
};

function attempt(work: () => unknown): StreamResult {
  try {
    return { tag: 'ok', val: work() };
  } catch (failure) {
    if (failure instanceof Closed) return { tag: 'err', val: { tag: 'closed' } };
    if (failure instanceof IoError)
      return { tag: 'err', val: { tag: 'last-operation-failed', val: failure } };
    throw failure;
  }
}

async function attemptWhenReady(cx: PollContext, on: Pollable, work: () => unknown): Promise<StreamResult> {
  await whenOneIsReady(cx, [on]);
  return attempt(work);
}

function take(from: InputStream, length: bigint): Uint8Array {
  const bytes = from.read(atMost(length));
  if (bytes === null) throw new Closed();
  return bytes;
}

function room(to: OutputStream): number {
  const permit = to.room();
  if (permit === null) throw new Closed();
  return permit;
}

function put(to: OutputStream, bytes: Uint8Array): void {
  const permit = room(to);
  if (bytes.length > permit) trap(`Write of ${bytes.length} bytes where ${permit} were permitted`);
  to.write(bytes);
}

/** Most that is written fits: then nobody has to wait. */
function putNowOrLater(cx: PollContext, to: OutputStream, bytes: Uint8Array): AtOnce | Promise<StreamResult> {
  const fits = to.ready && bytes.length <= Math.min(BLOCKING_BYTES_MAX, to.room() ?? 0);
  if (!fits) return putAll(cx, to, bytes);
  return new AtOnce(
    attempt(() => {
      to.write(bytes);
      void room(to);
    }),
  );
}

async function putAll(cx: PollContext, to: OutputStream, bytes: Uint8Array): Promise<StreamResult> {
  if (bytes.length > BLOCKING_BYTES_MAX) {
    trap(`Blocking write of ${bytes.length} bytes, which may be ${BLOCKING_BYTES_MAX} at most`);
  }
  let rest = bytes;
  while (rest.length > 0) {
    const written = await attemptWhenReady(cx, to, () => {
      const part = rest.subarray(0, room(to));
      to.write(part);
      rest = rest.subarray(part.length);
    });
    // The signal is made when it is asked for, and most writes are done in one go.
    if (written.tag === 'err' || (rest.length > 0 && cx.signal.aborted)) return written;
  }
  return attempt(() => void room(to));
}

function splice(to: OutputStream, from: InputStream, length: bigint): bigint {
  const permit = room(to);
  if (permit === 0) return 0n;
  const bytes = take(from, BigInt(Math.min(atMost(length), permit)));
  to.write(bytes);
  return BigInt(bytes.length);
}

function zeroes(length: bigint): Uint8Array {
  if (length > LIMITS.chunkBytesMax) trap(`Write of ${length} zeroes, more than is ever permitted`);
  return new Uint8Array(Number(length));
}

function atMost(length: bigint): number {
  return length > LIMITS.chunkBytesMax ? LIMITS.chunkBytesMax : Number(length);
}
