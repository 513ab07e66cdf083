// A stream of bytes whose reader is in another process: one half pulls over the link, the other answers
// pulls from a real stream. Used for requests' bodies in one direction and contents in the other.

import { type ByteSource, EdgeError, type Header } from '../../abi/messages.ts';
import type { Frame, FrameLink } from './frame-link.ts';

/** The reader's half. */
export class PulledSource implements ByteSource {
  readonly #link: FrameLink;
  readonly #id: number;
  #waiting: PromiseWithResolvers<Uint8Array | null> | null = null;
  #end: EdgeError | 'ended' | null = null;
  #trailers: readonly Header[] = [];

  constructor(link: FrameLink, id: number) {
    this.#link = link;
    this.#id = id;
  }

  next(): Promise<Uint8Array | null> {
    if (this.#end === 'ended') return Promise.resolve(null);
    if (this.#end !== null) return Promise.reject(this.#end);
    this.#waiting = Promise.withResolvers();
    this.#link.send({ type: 'pull', id: this.#id });
    return this.#waiting.promise;
  }

  cancel(): void {
    if (this.#end === null) this.#link.send({ type: 'drop', id: this.#id });
    this.fail(new EdgeError('connection-closed', 'The stream was cancelled'));
  }

  trailers(): readonly Header[] {
    return this.#trailers;
  }

  /** A frame of type `chunk`, `end` or `broken`. */
  take(frame: Frame, bytes: Uint8Array): void {
    const waiting = this.#waiting;
    if (frame.type === 'chunk') {
      this.#waiting = null;
      waiting?.resolve(bytes);
    } else if (frame.type === 'end') {
      this.#end ??= 'ended';
      this.#trailers = frame.trailers;
      waiting?.resolve(null);
    } else if (frame.type === 'broken') this.fail(new EdgeError(frame.code, frame.message));
  }

  fail(error: EdgeError): void {
    this.#end ??= error;
    this.#waiting?.reject(error);
    this.#waiting = null;
  }
}

/** The other half: one answer to a pull. */
export async function answerPull(link: FrameLink, id: number, source: ByteSource): Promise<void> {
  try {
    const chunk = await source.next();
    if (chunk === null) link.send({ type: 'end', id, trailers: source.trailers() });
    else link.send({ type: 'chunk', id }, chunk);
  } catch (error) {
    const code = error instanceof EdgeError ? error.code : 'internal';
    link.send({ type: 'broken', id, code, message: (error as Error).message });
  }
}
