// The body of a web-standard `Request` as a stream that is pulled: step 1 of the request path, read
// in step 8. While no guest asks, nothing is taken from it, which is its back-pressure.
// The embedded counterpart of http/incoming-body.ts.
// Spec: WHATWG Streams "default reader".

import type { ErrorCode } from '../../abi/errors.ts';
import { type ByteSource, EdgeError, type Header } from '../../abi/messages.ts';
import { startAlarm } from '../alarm.ts';

export interface WebBodyOptions {
  readonly bytesMax: number;
  /** How long `next` waits for a byte. */
  readonly idleMsMax: number;
}

export class WebBody implements ByteSource {
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #options: WebBodyOptions;
  #bytes = 0;
  #fault: ErrorCode | null = null;
  #end: 'ended' | EdgeError | null = null;

  constructor(stream: ReadableStream, options: WebBodyOptions) {
    this.#reader = stream.getReader();
    this.#options = options;
  }

  /** What the client did wrong, so that no guest's answer counts any more; else null. */
  get fault(): ErrorCode | null {
    return this.#fault;
  }

  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const chunk = this.#end === null ? await this.#read() : null;
      // Whatever ended the body while it was waited for outweighs what came.
      if (this.#end === 'ended') return null;
      if (this.#end !== null) throw this.#end;
      if (chunk !== null && chunk.length > 0) return chunk;
    }
  }

  cancel(): void {
    this.#stop(new EdgeError('connection-closed', 'The request body was cancelled'));
  }

  /** The client is gone. */
  abort(): void {
    this.#stop(new EdgeError('connection-closed', 'The client left before the request body was complete'));
  }

  trailers(): readonly Header[] {
    return [];
  }

  async #read(): Promise<Uint8Array | null> {
    const { bytesMax, idleMsMax } = this.#options;
    const alarm = startAlarm(idleMsMax, () =>
      this.#stop(new EdgeError('timed-out', `The client sent nothing for ${idleMsMax} ms`)),
    );
    try {
      const { done, value } = await this.#reader.read();
      if (done) {
        this.#end ??= 'ended';
        return null;
      }
      if (!(value instanceof Uint8Array)) throw new TypeError(`A chunk is no Uint8Array but ${typeof value}`);
      this.#bytes += value.length;
      if (this.#bytes <= bytesMax) return value;
      this.#fault = 'REQUEST_BODY_TOO_LARGE';
      this.#stop(new EdgeError('too-large', `The request body is too large: limit ${bytesMax} bytes`));
    } catch (cause) {
      const message = `The request body broke off: ${cause instanceof Error ? cause.message : String(cause)}`;
      this.#stop(new EdgeError('connection-closed', message, { cause }));
    } finally {
      alarm.stop();
    }
    return null;
  }

  /** The first end counts. A read under way settles at once. */
  #stop(error: EdgeError): void {
    if (this.#end !== null) return;
    this.#end = error;
    // Rejects with what the stream's author threw while cancelling; nobody is left who could act on it.
    this.#reader.cancel(error).catch(() => {});
  }
}
