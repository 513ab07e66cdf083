// A response's head and content to the socket, no faster than the client reads: step 11 of
// the request path. Writes; what to write is decided in `outgoing-head.ts`.
// A response that cannot be completed is cut off, so that no client takes a part for the whole.

import type { ServerResponse } from 'node:http';
import type { ByteSource, Content, OutgoingResponse } from '../../abi/messages.ts';
import { outgoingHead } from './outgoing-head.ts';

/** How far a response has come. Live: it is final when the `ServerResponse` has closed. */
export interface Sent {
  /** Bytes of content handed to the socket. */
  readonly bytes: number;
  /** Why we cut the response off, or null. */
  readonly cutOff: string | null;
}

/**
 * Starts sending. `idleMsMax` is how long the connection may stand still until it is closed.
 * @throws what Node throws for a header that is none; nothing was sent then.
 */
export function sendResponse(out: ServerResponse, response: OutgoingResponse, idleMsMax: number): Sent {
  const content = contentOf(response);
  const stream = content === null || content instanceof Uint8Array ? null : content;
  const sent = { bytes: 0, cutOff: null as string | null };
  if (out.destroyed) {
    stream?.cancel();
    return sent;
  }
  const { status, headers } = response;
  const head = outgoingHead({ status, headers, content }, out.req.method as string);
  out.writeHead(status, head.rawHeaders);
  if (stream !== null && head.hasContent) {
    out.setTimeout(idleMsMax);
    sendStream(out, stream, head.lengthBytes, sent);
  } else if (content instanceof Uint8Array && head.hasContent) {
    sent.bytes = content.length;
    out.end(content.length <= JOINED_BYTES_MAX ? latin1(content) : content, 'latin1');
    // What the system took at once does not stand still; most answers are short.
    if (out.socket === null || out.socket.writableLength > 0) out.setTimeout(idleMsMax);
  } else {
    stream?.cancel();
    out.end();
  }
  return sent;
}

/** Most streams of guests are written and finished before anybody looks: then they are sent as what they are. */
function contentOf({ content }: OutgoingResponse): Content {
  if (content === null || content instanceof Uint8Array) return content;
  return content.whole?.() ?? content;
}

/** Content up to this goes out in one piece with the head, which Node joins only with text. */
const JOINED_BYTES_MAX = 16_384; // what a Node socket writes of text without another buffer

/** One character for each byte. A `Buffer` over the bytes would be an object more for each answer. */
function latin1(bytes: Uint8Array): string {
  return latin1Slice.call(bytes, 0, bytes.length);
}

type Latin1Slice = (this: Uint8Array, start: number, end: number) => string;
const { latin1Slice } = Buffer.prototype as unknown as { readonly latin1Slice: Latin1Slice };

async function sendStream(
  out: ServerResponse,
  stream: ByteSource,
  lengthBytes: number | null,
  sent: { bytes: number; cutOff: string | null },
): Promise<void> {
  // A ready first chunk shares a packet with the head; a late one does not hold it up.
  const early = setImmediate(() => out.flushHeaders());
  const stop = () => stream.cancel();
  out.once('close', stop);
  try {
    for (;;) {
      const chunk = await stream.next();
      clearImmediate(early);
      if (out.destroyed) return;
      if (chunk === null) break;
      if (lengthBytes !== null && sent.bytes + chunk.length > lengthBytes) {
        throw new Error(`More content than the content-length of ${lengthBytes} bytes`);
      }
      sent.bytes += chunk.length;
      if (!out.write(chunk)) await drained(out);
    }
    if (lengthBytes !== null && sent.bytes < lengthBytes) {
      throw new Error(`Only ${sent.bytes} bytes of content, content-length ${lengthBytes}`);
    }
    const trailers = stream.trailers();
    if (trailers.length > 0) out.addTrailers(trailers as [string, string][]);
    out.off('close', stop);
    out.end();
  } catch (error) {
    clearImmediate(early);
    // When the client left first, what the stream says is an echo of that.
    if (out.destroyed) return;
    sent.cutOff = error instanceof Error ? error.message : String(error);
    cutOff(out, lengthBytes);
  }
}

/**
 * What was written before goes out first, which Node puts off to the end of this turn. Without chunks and length the end of the connection is the end of the
 * content: only a reset tells.
 */
function cutOff(out: ServerResponse, lengthBytes: number | null): void {
  process.nextTick(() => {
    if (out.socket === null) out.destroy();
    else if (out.chunkedEncoding || lengthBytes !== null) out.socket.destroySoon();
    else out.socket.resetAndDestroy();
  });
}

function drained(out: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      out.off('drain', settle);
      out.off('close', settle);
      resolve();
    };
    out.on('drain', settle);
    out.on('close', settle);
  });
}
