// The isolated end of links: runs what the processes at their other ends ask for, as if it had come in
// here. Step 4 of the request path, for apps with `isolation = "process"`. Does not know HTTP.

import { WheelerError } from '../../abi/errors.ts';
import type { ByteSource } from '../../abi/messages.ts';
import { refusedExchange } from '../deferred-exchange.ts';
import type { Dispatch, Exchange } from '../exchange.ts';
import type { Frame, FrameLink, OpenLink } from './frame-link.ts';
import { answerPull, PulledSource } from './linked-source.ts';

interface Served {
  readonly exchange: Exchange;
  readonly body: PulledSource | null;
  content: ByteSource | null;
}

type Start = Frame & { readonly type: 'start' };

export class ExchangeServer {
  readonly #dispatchOf: (app: string) => Dispatch | undefined;
  readonly #links = new Set<FrameLink>();
  #onEmpty: () => void = () => {};

  constructor(dispatchOf: (app: string) => Dispatch | undefined) {
    this.#dispatchOf = dispatchOf;
  }

  /** Until the other end closes it; what is under way on it ends then. */
  serve(open: OpenLink): void {
    const served = new Map<number, Served>();
    const link: FrameLink = open(
      (frame, bytes) => {
        if (frame.type === 'start') void this.#start(link, served, frame);
        else take(link, frame, bytes, served.get(frame.id));
      },
      () => {
        this.#links.delete(link);
        for (const { exchange } of served.values()) exchange.cancel('client-gone');
        if (this.#links.size === 0) this.#onEmpty();
      },
    );
    this.#links.add(link);
  }

  /** Resolves when no link is left, or after `msMax`. */
  async idle(msMax: number): Promise<void> {
    if (this.#links.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, msMax);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #start(link: FrameLink, served: Map<number, Served>, frame: Start): Promise<void> {
    const { id, app, hops, hasBody, request } = frame;
    const body = hasBody ? new PulledSource(link, id) : null;
    const dispatch = this.#dispatchOf(app) ?? unknownApp(app);
    const one: Served = { exchange: dispatch({ ...request, body }, hops), body, content: null };
    served.set(id, one);
    await one.exchange.response.then(
      ({ status, headers, content }) => {
        const head = { type: 'response', id, status, headers } as const;
        if (content === null) link.send({ ...head, content: 'none' });
        else if (content instanceof Uint8Array) link.send({ ...head, content: 'bytes' }, content);
        else {
          one.content = content;
          link.send({ ...head, content: 'stream' });
        }
      },
      (error: unknown) => {
        const code = error instanceof WheelerError ? error.code : 'INTERNAL';
        link.send({ type: 'failed', id, code, message: (error as Error).message });
      },
    );
    const outcome = await one.exchange.done;
    // Behind the end of the content, which was told in this turn.
    await new Promise((resolve) => setImmediate(resolve));
    link.send({ type: 'done', id, outcome });
    served.delete(id);
  }
}

function take(link: FrameLink, frame: Frame, bytes: Uint8Array, one: Served | undefined): void {
  switch (frame.type) {
    case 'cancel':
      one?.exchange.cancel(frame.reason);
      break;
    case 'pull':
      if (one?.content) void answerPull(link, frame.id, one.content);
      break;
    case 'drop':
      one?.content?.cancel();
      break;
    default:
      one?.body?.take(frame, bytes);
  }
}

function unknownApp(app: string): Dispatch {
  return () => refusedExchange(new WheelerError('INTERNAL', `No app ${app} runs in this process`));
}
