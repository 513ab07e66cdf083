// The contents of a message of `wasi:http` 0.3: a stream of bytes and, after it, a future with
// the trailers. Between the guest's ends and the host's byte streams, in both directions.
// Spec: abi/wit-0.3/wasi-http, `request.new`, `response.new`, `consume-body`; RFC 9110 section 6.5.

import { readFuture, StreamReader, type ValueSource } from '../../canonical/async/host-ends.ts';
import { SharedFuture } from '../../canonical/async/shared-future.ts';
import { SharedStream } from '../../canonical/async/shared-stream.ts';
import { LIMITS } from '../../limits.ts';
import { type ByteSource, EdgeError, type Header } from '../../messages.ts';
import { type ErrorCode, errorCodeOf } from '../../wasi/http/error-code.ts';
import { Fields } from '../../wasi/http/fields.ts';

export type Outcome<Value> =
  | { readonly tag: 'ok'; readonly val?: Value }
  | { readonly tag: 'err'; readonly val: ErrorCode };

export type Trailers = Outcome<Fields | undefined>;

/** Of the guest, or of the host. */
export interface Contents {
  readonly stream: SharedStream | ValueSource | undefined;
  readonly trailers: SharedFuture | Promise<Trailers>;
}

const NO_TRAILERS: Trailers = { tag: 'ok', val: undefined };
const ENDED: ErrorCode = { tag: 'connection-terminated' };
export const EMPTY: ValueSource = { next: async () => null, cancel: () => {} };

/** What came in, for the guest to read: the trailers are known once the stream has ended. */
export function receivedContents(source: ByteSource | null): Contents {
  if (source === null) return { stream: undefined, trailers: Promise.resolve(NO_TRAILERS) };
  const { promise, resolve } = Promise.withResolvers<Trailers>();
  const stream: ValueSource = {
    next: async () => {
      try {
        const bytes = await source.next();
        if (bytes === null) resolve({ tag: 'ok', val: trailersOf(source.trailers()) });
        return bytes;
      } catch (error) {
        resolve({ tag: 'err', val: errorCodeOf(error) });
        return null;
      }
    },
    cancel: () => {
      source.cancel();
      resolve({ tag: 'err', val: ENDED });
    },
  };
  return { stream, trailers: promise };
}

function trailersOf(lines: readonly Header[]): Fields | undefined {
  return lines.length === 0 ? undefined : Fields.received(lines);
}

/**
 * What a guest made, for the host to send; null when there is nothing, otherwise `sent` is told how
 * that went.
 * @param lengthMax what the message promises with its content-length; null where it does not
 */
export function sentContents(
  { stream, trailers }: Contents,
  of: 'request' | 'response',
  lengthMax: number | null,
  sent: (outcome: Outcome<undefined>) => void,
): ByteSource | null {
  if (stream === undefined) {
    // Whoever writes trailers waits until somebody has read them.
    void trailersFrom(trailers);
    return null;
  }
  if (!(stream instanceof SharedStream)) return asBytes(stream, trailers, sent);
  return guestBytes(new StreamReader(stream), trailers, of, lengthMax, sent);
}

function guestBytes(
  reader: StreamReader,
  trailers: Contents['trailers'],
  of: 'request' | 'response',
  lengthMax: number | null,
  sent: (outcome: Outcome<undefined>) => void,
): ByteSource {
  let length = 0;
  let lines: readonly Header[] = [];
  // From the start: a guest may wait for its trailers to be taken before it ends the stream.
  const ending = trailersFrom(trailers);
  const fail = (code: ErrorCode): never => {
    reader.drop();
    sent({ tag: 'err', val: code });
    throw new EdgeError('connection-closed', `The guest broke its body off: ${code.tag}`);
  };
  return {
    next: async () => {
      const bytes = (await reader.read(LIMITS.chunkBytesMax)) as Uint8Array | null;
      length += bytes?.length ?? 0;
      if (lengthMax !== null && length > lengthMax)
        fail({ tag: `HTTP-${of}-body-size`, val: BigInt(length) });
      if (bytes !== null) return bytes;
      if (lengthMax !== null && length < lengthMax)
        fail({ tag: `HTTP-${of}-body-size`, val: BigInt(length) });
      const outcome = await ending;
      if (outcome.tag === 'err') return fail(outcome.val);
      lines = outcome.val?.lines ?? [];
      sent({ tag: 'ok' });
      return null;
    },
    cancel: () => {
      reader.drop();
      sent({ tag: 'err', val: ENDED });
    },
    trailers: () => lines,
  };
}

/** A body of the host that no guest has touched. */
function asBytes(
  stream: ValueSource,
  trailers: Contents['trailers'],
  sent: (outcome: Outcome<undefined>) => void,
): ByteSource {
  let lines: readonly Header[] = [];
  return {
    next: async () => {
      const bytes = (await stream.next()) as Uint8Array | null;
      if (bytes !== null) return bytes;
      const outcome = await trailersFrom(trailers);
      if (outcome.tag === 'err') throw new EdgeError('connection-closed', 'The body did not end');
      lines = outcome.val?.lines ?? [];
      sent({ tag: 'ok' });
      return null;
    },
    cancel: () => stream.cancel(),
    trailers: () => lines,
  };
}

/** A guest that ended before it wrote any has broken its message off. */
async function trailersFrom(trailers: Contents['trailers']): Promise<Trailers> {
  if (!(trailers instanceof SharedFuture)) return trailers;
  const written = await readFuture(trailers);
  return (written?.value as Trailers | undefined) ?? { tag: 'err', val: ENDED };
}

/** For a guest that reads what a guest has written: through the host, which may be in between. */
export function trailersPromise(trailers: Contents['trailers']): Promise<Trailers> {
  return trailersFrom(trailers);
}
