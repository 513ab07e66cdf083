// A guest's content in the form in which undici sends it: bytes as they are, a stream as an async
// iterable that is pulled no faster than the socket takes it. Step 9 of the request path. Holds the
// stream to the length that its headers promised. Knows no sockets.

import { type ByteSource, type Content, EdgeError, type Header } from '../../abi/messages.ts';
import { startAlarm } from '../alarm.ts';
import { checkedTrailers, isStream } from './outgoing-request.ts';

/** Tells the source of a content that is not going to be sent. */
export function cancelContent(content: Content): void {
  if (isStream(content)) content.cancel();
}

export class RequestBody implements AsyncIterableIterator<Uint8Array> {
  readonly #source: ByteSource;
  readonly #lengthPromised: number | null;
  #bytesSent = 0;
  #ended = false;
  #stopped: EdgeError | null = null;
  #rejectPull: ((error: EdgeError) => void) | null = null;
  /** Pulled before it was asked for. */
  #first: Promise<Uint8Array | null> | null = null;

  constructor(source: ByteSource, lengthPromised: number | null) {
    this.#source = source;
    this.#lengthPromised = lengthPromised;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Whether all of it was handed to the socket. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether it has begun, or ended, by then. */
  startsWithin(msMax: number): Promise<boolean> {
    this.#first = this.#pull();
    return new Promise((resolve) => {
      const alarm = startAlarm(msMax, () => resolve(false));
      const begun = () => {
        alarm.stop();
        resolve(true);
      };
      this.#first?.then(begun, begun);
    });
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const chunk = await (this.#first ?? this.#pull());
    this.#first = null;
    this.#bytesSent += chunk?.length ?? 0;
    const promised = this.#lengthPromised;
    if (promised !== null && (chunk === null ? this.#bytesSent !== promised : this.#bytesSent > promised)) {
      const length = chunk === null ? 'shorter' : 'longer';
      throw new EdgeError(
        'invalid',
        `The content is ${length} than the ${promised} bytes of its content-length`,
      );
    }
    if (chunk !== null) return { done: false, value: chunk };
    this.#ended = true;
    return { done: true, value: undefined };
  }

  /** @throws EdgeError */
  trailers(): readonly Header[] {
    return checkedTrailers(this.#source.trailers());
  }

  /**
   * Nothing more is sent. A pull that is under way fails rather than ends: an end would tell the other
   * side that this was all.
   */
  stop(why: EdgeError): void {
    if (this.#ended || this.#stopped !== null) return;
    this.#stopped = why;
    this.#source.cancel();
    this.#rejectPull?.(why);
  }

  #pull(): Promise<Uint8Array | null> {
    if (this.#stopped !== null) return Promise.reject(this.#stopped);
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | null>();
    this.#rejectPull = reject;
    this.#source.next().then(resolve, reject);
    return promise;
  }
}
