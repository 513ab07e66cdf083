// A request's body as a stream that is pulled: step 1 of the request path, read in step 8.
// While nobody asks, nothing is taken from the socket beyond Node's own buffer of 64 KiB, and
// the kernel's window does the rest: that is the back-pressure.
// Node's stream is told to flow for one chunk at a time: its `read()` would join all that is
// buffered, which copies every byte once more.

import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../../abi/errors.ts';
import { type ByteSource, EdgeError, type Header } from '../../abi/messages.ts';

export interface IncomingBodyOptions {
  readonly bytesMax: number;
  /** How long `next` waits for a byte. */
  readonly idleMsMax: number;
  /** Called when the first byte is asked for, before any has come: the time for `100 Continue`. */
  readonly onFirstRead: () => void;
}

interface Reader {
  resolve(chunk: Uint8Array | null): void;
  reject(error: EdgeError): void;
}

export class IncomingBody implements ByteSource {
  readonly #message: IncomingMessage;
  readonly #options: IncomingBodyOptions;
  #reader: Reader | null = null;
  #idle: NodeJS.Timeout | undefined;
  #bytes = 0;
  #fault: ErrorCode | null = null;
  #state: 'unread' | 'open' | 'ended' | EdgeError = 'unread';

  constructor(message: IncomingMessage, options: IncomingBodyOptions) {
    this.#message = message;
    this.#options = options;
  }

  /** What the client did wrong, so that no guest's answer counts any more; else null. */
  get fault(): ErrorCode | null {
    return this.#fault;
  }

  /** How many have been received. */
  get bytes(): number {
    return this.#bytes;
  }

  next(): Promise<Uint8Array | null> {
    if (this.#state === 'unread') this.#open();
    if (this.#state === 'ended') return Promise.resolve(null);
    if (this.#state instanceof EdgeError) return Promise.reject(this.#state);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      this.#idle = setTimeout(this.#onIdle, this.#options.idleMsMax);
      this.#message.resume();
    });
  }

  cancel(): void {
    this.#end(new EdgeError('connection-closed', 'The request body was cancelled'));
  }

  /** The client is gone. */
  abort(): void {
    this.#end(new EdgeError('connection-closed', 'The client left before the request body was complete'));
  }

  /** What the client sent is not HTTP any more. */
  malformed(message: string): void {
    this.#fault = 'REQUEST_MALFORMED';
    this.#end(new EdgeError('protocol-violated', `The request body is malformed: ${message}`));
  }

  trailers(): readonly Header[] {
    if (this.#state !== 'ended') return [];
    const raw = this.#message.rawTrailers;
    const trailers: Header[] = [];
    for (let index = 0; index < raw.length; index += 2) {
      trailers.push([(raw[index] as string).toLowerCase(), raw[index + 1] as string]);
    }
    return trailers;
  }

  #open(): void {
    const message = this.#message;
    this.#state = 'open';
    this.#options.onFirstRead();
    message.pause();
    message.on('data', this.#onData);
    message.once('end', () => this.#end('ended'));
    message.once('close', () => this.abort());
    if (message.destroyed) this.abort();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#message.pause();
    this.#bytes += chunk.length;
    const { bytesMax } = this.#options;
    if (this.#bytes > bytesMax) {
      this.#fault = 'REQUEST_BODY_TOO_LARGE';
      this.#end(new EdgeError('too-large', `The request body is too large: limit ${bytesMax} bytes`));
      return;
    }
    clearTimeout(this.#idle);
    const reader = this.#reader as Reader;
    this.#reader = null;
    reader.resolve(chunk);
  };

  readonly #onIdle = (): void => {
    const { idleMsMax } = this.#options;
    this.#end(new EdgeError('timed-out', `The client sent nothing for ${idleMsMax} ms`));
  };

  /** The first end counts. From here on the message belongs to whoever discards the rest. */
  #end(how: 'ended' | EdgeError): void {
    if (this.#state !== 'open' && this.#state !== 'unread') return;
    this.#state = how;
    clearTimeout(this.#idle);
    this.#message.off('data', this.#onData);
    const reader = this.#reader;
    this.#reader = null;
    if (how === 'ended') reader?.resolve(null);
    else reader?.reject(how);
  }
}
