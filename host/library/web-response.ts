// A guest's response as a web-standard `Response`: step 11 of the request path when embedded. Its
// stream asks the guest for the next chunk only when it is read, and a response that cannot be
// completed is broken off, so that nobody takes a part for the whole.
// The embedded counterpart of http/send-response.ts.
// Spec: WHATWG Fetch "Response", WHATWG Streams. Trailers have no place there and are lost.

import { WheelerError } from '../../abi/errors.ts';
import type { ByteSource, OutgoingResponse } from '../../abi/messages.ts';
import { startAlarm } from '../alarm.ts';
import { outgoingHead } from '../http/outgoing-head.ts';

export interface WebResponse {
  readonly response: Response;
  /** How the content came to its end; null while it has not. */
  readonly ending: Ending | null;
  /** The client is gone. */
  abort(): void;
}

export type Ending =
  | { readonly code: 'OK'; readonly detail: null }
  | { readonly code: 'CLIENT_GONE' | 'GUEST_RESPONSE_INCOMPLETE'; readonly detail: string };

const COMPLETE: Ending = { code: 'OK', detail: null };

/** @param idleMsMax how long the response may lie unread until its stream is ended */
export function toWebResponse(outgoing: OutgoingResponse, method: string, idleMsMax: number): WebResponse {
  const { status, content } = outgoing;
  const { rawHeaders, hasContent, lengthBytes } = outgoingHead(outgoing, method);
  const headers = new Headers();
  for (let i = 0; i < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i] as string, rawHeaders[i + 1] as string);
  }
  if (content === null || content instanceof Uint8Array || !hasContent) {
    const bytes = hasContent && content instanceof Uint8Array ? content : null;
    if (content !== null && !(content instanceof Uint8Array)) content.cancel();
    const response = new Response(bytes as Uint8Array<ArrayBuffer> | null, { status, headers });
    return { response, ending: COMPLETE, abort: () => {} };
  }
  const body = new ResponseStream(content, lengthBytes, idleMsMax);
  return {
    response: new Response(body.stream, { status, headers }),
    get ending() {
      return body.ending;
    },
    abort: () => body.leave('The client left before the response was complete'),
  };
}

class ResponseStream {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #source: ByteSource;
  readonly #lengthBytes: number | null;
  readonly #idleMsMax: number;
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #idle;
  #sentBytes = 0;
  #ending: Ending | null = null;

  constructor(source: ByteSource, lengthBytes: number | null, idleMsMax: number) {
    this.#source = source;
    this.#lengthBytes = lengthBytes;
    this.#idleMsMax = idleMsMax;
    this.#idle = this.#startIdle();
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: (controller) => this.#pull(controller),
        cancel: () => this.leave('The response was cancelled'),
      },
      // Nothing is read ahead: the guest's own streams do that.
      { highWaterMark: 0 },
    );
  }

  get ending(): Ending | null {
    return this.#ending;
  }

  /** Nobody wants the rest. */
  leave(detail: string): void {
    if (!this.#end({ code: 'CLIENT_GONE', detail })) return;
    this.#source.cancel();
    this.#controller?.error(new WheelerError('CLIENT_GONE', detail));
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#idle.stop();
    try {
      const chunk = await this.#source.next();
      if (this.#ending !== null) return;
      this.#count(chunk);
      if (chunk === null) {
        this.#end(COMPLETE);
        controller.close();
        return;
      }
      controller.enqueue(chunk);
      this.#idle = this.#startIdle();
    } catch (cause) {
      // When the client left first, what the stream says is an echo of that.
      const detail = cause instanceof Error ? cause.message : String(cause);
      if (!this.#end({ code: 'GUEST_RESPONSE_INCOMPLETE', detail })) return;
      this.#source.cancel();
      controller.error(new WheelerError('GUEST_RESPONSE_INCOMPLETE', detail, { cause }));
    }
  }

  /** @throws when the content is longer than announced, or ends before. */
  #count(chunk: Uint8Array | null): void {
    const length = this.#lengthBytes;
    this.#sentBytes += chunk?.length ?? 0;
    if (length === null) return;
    if (this.#sentBytes > length) throw new Error(`More content than the content-length of ${length} bytes`);
    if (chunk === null && this.#sentBytes < length) {
      throw new Error(`Only ${this.#sentBytes} bytes of content, content-length ${length}`);
    }
  }

  #startIdle() {
    return startAlarm(this.#idleMsMax, () =>
      this.leave(`The response was not read for ${this.#idleMsMax} ms`),
    );
  }

  /** The first ending counts. */
  #end(ending: Ending): boolean {
    if (this.#ending !== null) return false;
    this.#ending = ending;
    this.#idle.stop();
    return true;
  }
}
