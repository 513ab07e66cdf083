// Streams that the guest writes: the writable end, and the body at the other end, which goes
// into a response or a request. Writing waits when the reader is slow, and takes no memory.
// Spec: abi/wit/http.wit "body-writer".

import { Body } from "./body";
import { HttpError } from "./error";
import { Headers } from "./headers";
import * as host from "./host/http";
import { RESULT } from "./host/memory";
import { encode } from "./utf8";
import { WRITABLE, Waitable } from "./wait";

/** A new stream: what is written to `writer` can be read from `body`. */
export class Pipe {
  readonly writer: BodyWriter;
  readonly body: Body;

  constructor() {
    host.pipe();
    this.writer = new BodyWriter(load<i32>(RESULT));
    this.body = Body.fromHandle(load<i32>(RESULT, 4));
  }
}

export class BodyWriter extends Waitable {
  /** Why writing failed, if it did. */
  error: HttpError | null = null;

  constructor(handle: i32) {
    super(WRITABLE, handle);
  }

  /** Writes all of `bytes`. Waits while the reader is behind. False after a failure, which is then in `error`. */
  write(bytes: Uint8Array): bool {
    if (!this.handle) throw new TypeError("This stream was ended before");
    this.error = host.write(this.handle, bytes.dataStart, bytes.byteLength);
    return this.error === null;
  }

  /** Writes `text` in UTF-8, as `write` does. */
  writeText(text: string): bool {
    return this.write(encode(text));
  }

  /** Ends the stream, with trailers if there are any. False after a failure, which is then in `error`. */
  finish(trailers: Headers | null = null): bool {
    const handle = this.release();
    this.error =
      trailers === null ? host.finish(handle, 0, 0) : host.finish(handle, trailers.pointer, trailers.length);
    return this.error === null;
  }

  /** Breaks the stream off: its reader sees that it is not complete. */
  abort(): void {
    if (this.handle) host.dropWriter(this.release());
  }
}
