// What requests and responses have in common: headers and a body.

import { Body } from "./body";
import { Headers } from "./headers";
import { BodyWriter, Pipe } from "./writer";

export abstract class Message {
  constructor(
    public headers: Headers,
    /** Null when there is none. */
    public body: Body | null,
  ) {}

  /** Makes the body a stream and returns its writable end. Send the message before writing much: nobody reads until then. */
  stream(): BodyWriter {
    const pipe = new Pipe();
    this.body = pipe.body;
    return pipe.writer;
  }

  /** The body's text, empty when there is none; null after a failure, which is then in `body.error`. Waits. */
  text(bytesMax: i32 = 0): string | null {
    const body = this.body;
    return body === null ? "" : body.text(bytesMax);
  }

  /** The body's bytes; null after a failure, which is then in `body.error`. Waits. */
  bytes(bytesMax: i32 = 0): Uint8Array | null {
    const body = this.body;
    return body === null ? new Uint8Array(0) : body.bytes(bytesMax);
  }
}
