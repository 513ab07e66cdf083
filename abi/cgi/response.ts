// Standard output of a CGI program, which becomes the response. It is sent when the program
// waits, when much has been written, or when it ends: a short answer goes out in one piece and
// with its length. After that it is a stream, and a slow client slows the program down.
// Spec: RFC 3875 section 6.

import type { CommandOutput } from '../command.ts';
import { Body } from '../edge/body.ts';
import type { EdgeContext } from '../edge/context.ts';
import { checkResponse, type EdgeContent } from '../edge/http.ts';
import { Pipe } from '../edge/pipe.ts';
import { WheelerError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { EdgeError } from '../messages.ts';
import { type CgiHead, readCgiHead } from './response-head.ts';

export class CgiResponse implements CommandOutput {
  readonly #cx: EdgeContext;
  #head: CgiHead | null = null;
  /** What was wrong with it: not everyone hears of it when they write. */
  #fault: WheelerError | null = null;
  /** Written, and not on its way yet. Begins with the head until that is complete. */
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  /** What the content goes through once the response has begun. */
  #pipe: Pipe | null = null;

  constructor(cx: EdgeContext) {
    this.#cx = cx;
  }

  /** @throws WheelerError GUEST_NOT_CGI */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (this.#head === null) this.#readHead();
    if (this.#keptBytes > LIMITS.chunkBytesMax) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#head === null) return;
    if (this.#pipe === null) {
      this.#pipe = new Pipe();
      this.#respond(this.#head, { tag: 'body', val: new Body(this.#pipe.source) });
    }
    await this.#pipe.write(this.#take());
  }

  /**
   * The program has ended well.
   * @throws WheelerError GUEST_NOT_CGI
   */
  finish(): void {
    if (this.#fault !== null) throw this.#fault;
    if (this.#head === null) {
      const wrote = this.#keptBytes === 0 ? 'it is empty' : 'its headers do not end';
      throw notCgi(wrote);
    }
    const pipe = this.#pipe;
    if (pipe === null) this.#respond(this.#head, { tag: 'bytes', val: this.#take() });
    else {
      const finished = pipe.write(this.#take()).then(() => pipe.finish([]));
      // Nobody reads any more: there is nothing left to finish.
      finished.catch(() => {});
    }
  }

  /** The program was ended: what a client has of the response must not look complete. */
  breakOff(): void {
    this.#pipe?.breakOff();
  }

  #readHead(): void {
    const bytes = this.#join();
    this.#kept = [bytes];
    const read = readCgiHead(bytes);
    if (read === 'incomplete') return;
    if ('fault' in read) {
      this.#fault = notCgi(read.fault);
      throw this.#fault;
    }
    this.#head = read;
    this.#kept = [bytes.subarray(read.contentAt)];
    this.#keptBytes -= read.contentAt;
  }

  #respond({ status, headers }: CgiHead, content: EdgeContent): void {
    try {
      this.#cx.respond(checkResponse(this.#cx, { status, headers, content }));
    } catch (error) {
      if (error instanceof EdgeError) throw notCgi(error.message);
      throw error;
    }
  }

  #take(): Uint8Array {
    const bytes = this.#join();
    this.#kept = [];
    this.#keptBytes = 0;
    return bytes;
  }

  #join(): Uint8Array {
    const [only] = this.#kept;
    if (only !== undefined && this.#kept.length === 1) return only;
    const whole = new Uint8Array(this.#keptBytes);
    let at = 0;
    for (const bytes of this.#kept) {
      whole.set(bytes, at);
      at += bytes.length;
    }
    return whole;
  }
}

function notCgi(fault: string): WheelerError {
  return new WheelerError('GUEST_NOT_CGI', `Standard output is no CGI response: ${fault}`);
}
