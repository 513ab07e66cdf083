// Bodies: bytes at hand, or a stream that the host holds the other end of. A body is used up
// once: read, or handed on whole as the body of a response or a request, in which case its
// bytes flow inside the host and never enter the guest. Reading allocates nothing per chunk,
// so any amount of bytes fits through a small memory.
// Spec: abi/wit/http.wit "body"; WHATWG Fetch "Body mixin" for the conveniences.

import { HttpError } from "./error";
import { Headers } from "./headers";
import * as host from "./host/http";
import { CHUNK_BYTES_MAX, RESULT, viewOf } from "./host/memory";
import { decode, encode } from "./utf8";
import { READABLE, Waitable } from "./wait";

export class Body extends Waitable {
  /** Why reading failed, if it did. */
  error: HttpError | null = null;
  private content: Uint8Array | null;
  /** A view of the buffer that this body reads into, while it does. */
  private chunk: Uint8Array | null = null;

  private constructor(handle: i32, content: Uint8Array | null) {
    super(READABLE, handle);
    this.content = content;
  }

  /** `text` in UTF-8. */
  static fromText(text: string): Body {
    return new Body(0, encode(text));
  }

  /** These bytes. They are not copied: do not change them before the body was sent. */
  static fromBytes(bytes: Uint8Array): Body {
    return new Body(0, bytes);
  }

  /** The stream behind `handle`. */
  static fromHandle(handle: i32): Body {
    return new Body(handle, null);
  }

  /**
   * The next bytes, or null at the end or after a failure, which is then in `error`. Waits.
   * What is returned is valid until the next read of this body.
   */
  read(): Uint8Array | null {
    const content = this.takeBytes();
    if (content !== null) return content.length ? content : null;
    if (!this.handle || this.error !== null) return null;
    let chunk = this.chunk;
    if (chunk === null) this.chunk = chunk = viewOf(takeBuffer(), 0);
    const length = host.read(this.handle, chunk.dataStart);
    if (length < 0) this.error = host.errorOf(RESULT);
    if (length <= 0) {
      this.releaseChunk();
      return null;
    }
    store<i32>(changetype<usize>(chunk), length, offsetof<Uint8Array>("byteLength"));
    return chunk;
  }

  /**
   * All that is left, or null after a failure, which is then in `error`: `TooLarge` beyond
   * `bytesMax`, where 0 stands for the host's limit. Waits.
   */
  bytes(bytesMax: i32 = 0): Uint8Array | null {
    const content = this.takeBytes();
    if (content !== null) return content;
    const collected = host.collect(this.release(), bytesMax);
    if (collected === null) this.error = host.errorOf(RESULT);
    return collected;
  }

  /** All that is left as text, with what is not UTF-8 replaced by U+FFFD. Fails as `bytes` does. */
  text(bytesMax: i32 = 0): string | null {
    const bytes = this.bytes(bytesMax);
    return bytes === null ? null : decode(bytes);
  }

  /** The trailers, once `read` has returned null at the end. */
  trailers(): Headers {
    if (!this.handle) return new Headers();
    host.trailers(this.handle);
    return Headers.incoming(load<usize>(RESULT), load<i32>(RESULT, 4));
  }

  /** Nobody reads any more: tells the other side. */
  cancel(): void {
    this.content = null;
    this.releaseChunk();
    if (this.handle) host.dropBody(this.release());
  }

  /** The bytes at hand, which count as used from here on; null for a stream. */
  takeBytes(): Uint8Array | null {
    const content = this.content;
    this.content = null;
    return content;
  }

  private releaseChunk(): void {
    const chunk = this.chunk;
    if (chunk !== null) giveBuffer(chunk.dataStart);
    this.chunk = null;
  }
}

// Buffers of `CHUNK_BYTES_MAX`, each an ArrayBuffer, go from body to body: those that are free
// are a list, linked by their first words. The first lies inside the memory's initial pages, so
// that a handler that reads one body at a time never grows its memory.

/** Before its bytes an ArrayBuffer has a header of this size, which ends with type and length. */
const HEADER_BYTES = 32;
// @ts-ignore: decorator
@lazy const FIRST_BUFFER: usize = memory.data(HEADER_BYTES + CHUNK_BYTES_MAX, 16) + HEADER_BYTES;
// @ts-ignore: decorator
@lazy let firstTaken: bool = false;
// @ts-ignore: decorator
@lazy let freeBuffer: usize = 0;

function takeBuffer(): usize {
  const free = freeBuffer;
  if (free) {
    freeBuffer = load<usize>(free);
    return free;
  }
  if (firstTaken) return __new(CHUNK_BYTES_MAX, idof<ArrayBuffer>());
  firstTaken = true;
  store<u32>(FIRST_BUFFER - 8, idof<ArrayBuffer>());
  store<u32>(FIRST_BUFFER - 4, CHUNK_BYTES_MAX);
  return FIRST_BUFFER;
}

function giveBuffer(buffer: usize): void {
  store<usize>(buffer, freeBuffer);
  freeBuffer = buffer;
}
