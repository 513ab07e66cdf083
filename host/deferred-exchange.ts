// An exchange whose guest is asked later: when a place is free, or its version is loaded. Until then it
// can be ended like any other. Between steps 3 and 4 of the request path.

import { ERRORS, WheelerError } from '../abi/errors.ts';
import type { OutgoingResponse } from '../abi/messages.ts';
import { type CancelReason, type Exchange, NO_USAGE, type Outcome } from './exchange.ts';

const CODES = { 'client-gone': 'CLIENT_GONE', shutdown: 'SHUTTING_DOWN' } as const;

export class DeferredExchange implements Exchange {
  readonly response: Promise<OutgoingResponse>;
  readonly done: Promise<Outcome>;
  readonly #response = Promise.withResolvers<OutgoingResponse>();
  readonly #done = Promise.withResolvers<Outcome>();
  readonly #onCancel: () => void;
  #exchange: Exchange | null = null;
  #ended = false;

  /** @param onCancel it was ended before it began, and nobody needs to begin it */
  constructor(onCancel: () => void = () => {}) {
    this.#onCancel = onCancel;
    this.response = this.#response.promise;
    this.response.catch(() => {}); // the caller sees it, perhaps not at once
    this.done = this.#done.promise;
  }

  get cpuMs(): number {
    return this.#exchange?.cpuMs ?? 0;
  }

  /** It was ended before it began. */
  get isEnded(): boolean {
    return this.#ended;
  }

  begin(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#response.resolve(exchange.response);
    this.#done.resolve(exchange.done);
  }

  /** It will never begin. */
  fail(error: WheelerError): void {
    this.#ended = true;
    this.#response.reject(error);
    this.#done.resolve({ code: error.code, ...NO_USAGE, detail: error.message, crash: null });
  }

  cancel(reason: CancelReason): void {
    if (this.#exchange !== null) this.#exchange.cancel(reason);
    else if (!this.#ended) {
      this.fail(new WheelerError(CODES[reason], ERRORS[CODES[reason]].title));
      this.#onCancel();
    }
  }
}

/** An exchange that failed before it began. */
export function refusedExchange(error: WheelerError): Exchange {
  const refused = new DeferredExchange();
  refused.fail(error);
  return refused;
}
