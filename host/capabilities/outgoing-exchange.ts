// One request and its response over one connection of an app's pool: undici's events on one side, a
// promise for the head and a stream for the body on the other. Step 9 of the request path. Knows no
// grants and no redirects.

import type { Dispatcher } from 'undici';
import { HOPS_HEADER } from '../../abi/connection-headers.ts';
import { LIMITS } from '../../abi/limits.ts';
import { type ByteSource, EdgeError, type Header } from '../../abi/messages.ts';
import { type Alarm, startAlarm } from '../alarm.ts';
import { exchangeError } from './exchange-errors.ts';
import type { SendAlone } from './lone-exchange.ts';
import { type Hop, isStream } from './outgoing-request.ts';
import { RequestBody } from './request-body.ts';
import { ResponseBody } from './response-body.ts';

export interface Head {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: ByteSource;
}

/** What is left of an abandoned body is read if it is at most this, so that its connection can be used again. */
const REST_BYTES_MAX = 64 * 1024; // arbitrary
const REST_MS_MAX = 500; // arbitrary
/** How long a request's head waits for its content, with which it is sent over a connection of the pool. */
const HEAD_DELAY_MS_MAX = 20; // arbitrary

export class OutgoingExchange implements Dispatcher.DispatchHandler {
  readonly #hop: Hop;
  readonly #idleMsMax: number;
  readonly #onEnd: () => void;
  readonly #head = Promise.withResolvers<Head>();
  readonly #upload: RequestBody | null;
  readonly #over = new AbortController();
  #controller: Dispatcher.DispatchController | null = null;
  #body: ResponseBody | null = null;
  /** Set when nobody reads the body any more: how many of its bytes may still come. */
  #restBytes: number | null = null;
  #restAlarm: Alarm | null = null;
  #connecting: Alarm | null = null;
  #bytesLeft: number | null = null;
  #ended: EdgeError | 'complete' | null = null;

  /** `onEnd` is called once, when the exchange takes nothing more from the guest and gives it nothing more. */
  constructor(hop: Hop, idleMsMax: number, onEnd: () => void) {
    this.#hop = hop;
    this.#idleMsMax = Math.min(idleMsMax, hop.idleMsMax ?? idleMsMax);
    this.#onEnd = onEnd;
    this.#upload = isStream(hop.content) ? new RequestBody(hop.content, hop.lengthPromised) : null;
  }

  /** Sends the request; resolves with the head of the response and rejects with `EdgeError`. */
  start(pools: Dispatcher, sendAlone: SendAlone, hops: number): Promise<Head> {
    const { url, method, headers, content, lengthPromised, trailing } = this.#hop;
    const lines = headers.flat();
    lines.push(HOPS_HEADER, String(hops));
    if (this.#upload !== null && lengthPromised !== null)
      lines.push('content-length', String(lengthPromised));
    if (this.#upload !== null && trailing !== null) lines.push('trailer', trailing);
    const options = {
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: lines,
      body: this.#upload ?? content,
      // Both are kept by us, to the millisecond.
      headersTimeout: 0,
      bodyTimeout: 0,
      signal: this.#over.signal,
    };
    // undici takes any iterable as a body, which its types do not say. The signal is for those who connect.
    const send = () => pools.dispatch(options as Dispatcher.DispatchOptions, this);
    const upload = this.#upload;
    if (upload === null) send();
    else {
      const alone = () =>
        sendAlone({ url, method, headers: lines, body: upload, signal: this.#over.signal }, this);
      if (trailing !== null) alone();
      else void this.#sendStream(upload, send, alone);
    }
    return this.#whenConnected();
  }

  /**
   * Who writes the content may want to see the answer's head before: then the request's head must not wait for it,
   * which it does in undici.
   */
  async #sendStream(upload: RequestBody, send: () => void, alone: () => void): Promise<void> {
    const isThere = await upload.startsWithin(HEAD_DELAY_MS_MAX);
    if (this.#ended !== null) return;
    if (isThere) send();
    else alone();
  }

  #whenConnected(): Promise<Head> {
    if (this.#hop.connectMsMax !== null && this.#controller === null)
      this.#guardConnecting(this.#hop.connectMsMax);
    return this.#head.promise;
  }

  #guardConnecting(msMax: number): void {
    this.#connecting = startAlarm(msMax, () => {
      const message = `No connection to ${this.#hop.url.origin} within ${msMax} ms`;
      this.abort(new EdgeError('timed-out', message, { whileConnecting: true }));
    });
  }

  /** Ends the exchange, wherever it is. */
  abort(error: EdgeError): void {
    this.#fail(error);
    this.#over.abort(error);
    this.#controller?.abort(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#connecting?.stop();
    if (this.#ended instanceof EdgeError) controller.abort(this.#ended);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return;
    const headers = headerLines(controller.rawHeaders);
    if (status > 599) {
      this.abort(
        new EdgeError('protocol-violated', `${this.#hop.url.origin} answered with status ${status}`),
      );
    } else if (headers.length > LIMITS.headersMax) {
      const message = `${this.#hop.url.origin} sent more than the ${LIMITS.headersMax} header lines allowed`;
      this.abort(new EdgeError('too-large', message));
    } else {
      this.#bytesLeft = lengthOf(headers);
      this.#body = new ResponseBody(
        {
          pause: () => controller.pause(),
          resume: () => controller.resume(),
          abandon: () => this.#abandon(),
        },
        this.#idleMsMax,
      );
      this.#head.resolve({ status, headers, body: this.#body });
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#bytesLeft !== null) this.#bytesLeft -= chunk.length;
    if (this.#restBytes === null) {
      this.#body?.push(chunk);
    } else {
      this.#restBytes -= chunk.length;
      if (this.#restBytes < 0) this.#cut();
    }
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    this.#restAlarm?.stop();
    this.#body?.complete(headerLines(controller.rawTrailers));
    this.#end('complete');
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#restAlarm?.stop();
    const phase = this.#body === null ? 'before-response' : 'in-response';
    this.#fail(exchangeError(error, phase, this.#hop.url.origin));
  }

  #fail(error: EdgeError): void {
    this.#head.reject(error);
    this.#body?.fail(error);
    this.#end(error);
  }

  #end(how: EdgeError | 'complete'): void {
    if (this.#ended !== null) return;
    this.#ended = how;
    this.#connecting?.stop();
    this.#upload?.stop(
      new EdgeError('connection-closed', `${this.#hop.url.origin} answered before it had read the content`),
    );
    this.#onEnd();
  }

  /** Nobody reads the body any more. A short rest is read and thrown away; a connection costs more than that. */
  #abandon(): void {
    const uploading = this.#upload !== null && !this.#upload.ended;
    const tooLong = this.#bytesLeft !== null && this.#bytesLeft > REST_BYTES_MAX;
    if (uploading || tooLong) {
      this.#cut();
      return;
    }
    this.#restBytes = REST_BYTES_MAX;
    this.#restAlarm = startAlarm(REST_MS_MAX, () => this.#cut());
    this.#controller?.resume();
    this.#end('complete');
  }

  #cut(): void {
    const error = new EdgeError('connection-closed', 'The body was cancelled');
    this.#end(error);
    this.#controller?.abort(error);
  }
}

function headerLines(raw: Dispatcher.DispatchController['rawHeaders']): Header[] {
  if (!Array.isArray(raw)) return [];
  const lines: Header[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    lines.push([text(raw[index]!).toLowerCase(), text(raw[index + 1]!)]);
  }
  return lines;
}

function text(bytes: Buffer | string): string {
  return typeof bytes === 'string' ? bytes : bytes.toString('latin1');
}

function lengthOf(headers: readonly Header[]): number | null {
  const value = headers.find(([name]) => name === 'content-length')?.[1];
  return value === undefined ? null : Number(value);
}
