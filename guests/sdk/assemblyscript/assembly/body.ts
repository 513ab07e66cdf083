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
  private chunk: usize = 0;

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
    if (!this.chunk) this.chunk = changetype<usize>(viewOf(takeBuffer(), 0));
    const length = host.read(this.handle, load<usize>(this.chunk, offsetof<Uint8Array>("dataStart")));
    if (length < 0) this.error = host.errorOf(RESULT);
    if (length <= 0) return null;
    store<i32>(this.chunk, length, offsetof<Uint8Array>("byteLength"));
    return changetype<Uint8Array>(this.chunk);
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
    if (this.handle) host.dropBody(this.release());
  }

  /** The bytes at hand, which count as used from here on; null for a stream. */
  takeBytes(): Uint8Array | null {
    const content = this.content;
    this.content = null;
    return content;
  }
}

/** An ArrayBuffer of `CHUNK_BYTES_MAX` inside the memory's first pages, for the first body that is read. */
// @ts-ignore: decorator
@lazy const STATIC_BUFFER: usize = memory.data(32 + CHUNK_BYTES_MAX, 16) + 32;
// @ts-ignore: decorator
@lazy let staticBufferTaken: bool = false;

function takeBuffer(): usize {
  if (staticBufferTaken) return __new(CHUNK_BYTES_MAX, idof<ArrayBuffer>());
  staticBufferTaken = true;
  store<u32>(STATIC_BUFFER - 8, idof<ArrayBuffer>());
  store<u32>(STATIC_BUFFER - 4, CHUNK_BYTES_MAX);
  return STATIC_BUFFER;
}
