// The apps of another process of this server, as dispatches of this one: the front's end of a link. Step 4
// of the request path, for apps with `isolation = "process"`. All else about a request, its limits on
// the wire, its page and its line in the log, happens here as for any other.

import { WheelerError } from '../../abi/errors.ts';
import { EdgeError, type IncomingRequest, type OutgoingResponse } from '../../abi/messages.ts';
import { refusedExchange } from '../deferred-exchange.ts';
import { type CancelReason, type Dispatch, type Exchange, NO_USAGE, type Outcome } from '../exchange.ts';
import type { Frame, FrameLink, OpenLink } from './frame-link.ts';
import { answerPull, PulledSource } from './linked-source.ts';

const ENDED = 'The process of its group has ended; another one is started';

export class RemoteApps {
  readonly #exchanges = new Map<number, RemoteExchange>();
  #link: FrameLink | null = null;
  #last = 0;

  /** From now on exchanges go over this one. */
  connect(open: OpenLink): void {
    const exchanges = this.#exchanges;
    const present: FrameLink = open(
      (frame, bytes) => exchanges.get(frame.id)?.take(frame, bytes),
      () => {
        if (this.#link === present) this.#link = null;
        for (const exchange of [...exchanges.values()].filter((one) => one.link === present)) exchange.lose();
      },
    );
    this.#link = present;
  }

  dispatch(app: string): Dispatch {
    return (request, hops) => {
      const link = this.#link;
      if (link === null) return refusedExchange(new WheelerError('PROCESS_ENDED', ENDED));
      this.#last += 1;
      const id = this.#last;
      const exchange = new RemoteExchange(link, id, request);
      this.#exchanges.set(id, exchange);
      exchange.done.then(() => this.#exchanges.delete(id));
      const { body, ...rest } = request;
      link.send({ type: 'start', id, app, hops, hasBody: body !== null, request: rest });
      return exchange;
    };
  }
}

class RemoteExchange implements Exchange {
  readonly link: FrameLink;
  readonly response: Promise<OutgoingResponse>;
  readonly done: Promise<Outcome>;
  readonly #id: number;
  readonly #request: IncomingRequest;
  readonly #response = Promise.withResolvers<OutgoingResponse>();
  readonly #done = Promise.withResolvers<Outcome>();
  #content: PulledSource | null = null;
  #cpuMs = 0;

  constructor(link: FrameLink, id: number, request: IncomingRequest) {
    this.link = link;
    this.#id = id;
    this.#request = request;
    this.response = this.#response.promise;
    this.response.catch(() => {}); // the caller sees it, perhaps not at once
    this.done = this.#done.promise;
  }

  get cpuMs(): number {
    return this.#cpuMs;
  }

  cancel(reason: CancelReason): void {
    this.link.send({ type: 'cancel', id: this.#id, reason });
  }

  take(frame: Frame, bytes: Uint8Array): void {
    const { body } = this.#request;
    switch (frame.type) {
      case 'pull':
        if (body !== null) void answerPull(this.link, this.#id, body);
        break;
      case 'drop':
        body?.cancel();
        break;
      case 'response':
        if (frame.content === 'stream') this.#content = new PulledSource(this.link, this.#id);
        this.#response.resolve({
          status: frame.status,
          headers: frame.headers,
          content: frame.content === 'bytes' ? bytes : this.#content,
        });
        break;
      case 'failed':
        this.#response.reject(new WheelerError(frame.code, frame.message));
        break;
      case 'done':
        this.#cpuMs = frame.outcome.cpuMs;
        this.#done.resolve(frame.outcome);
        break;
      default:
        this.#content?.take(frame, bytes);
    }
  }

  /** The link is gone, and the guest with it. */
  lose(): void {
    this.#content?.fail(new EdgeError('connection-closed', ENDED));
    this.#response.reject(new WheelerError('PROCESS_ENDED', ENDED));
    this.#done.resolve({ code: 'PROCESS_ENDED', ...NO_USAGE, detail: ENDED, crash: null });
  }
}
