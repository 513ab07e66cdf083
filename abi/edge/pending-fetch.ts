// A request to another server under way: the resource `fetch.pending`, and what is behind
// `future-incoming-response` of wasi:http. Steps 8 and 9 of the request path.
// Spec: abi/wit/fetch.wit, resource pending.

import type { FetchRequest, FetchResponse } from '../messages.ts';
import type { EdgeContext } from './context.ts';

export class PendingFetch {
  readonly #controller = new AbortController();
  readonly #result: Promise<FetchResponse>;
  #outcome: FetchResponse | Error | null = null;

  /** Whatever `prepare` throws is the result as well. */
  constructor(cx: EdgeContext, prepare: () => FetchRequest) {
    this.#result = send(cx, prepare, this.#controller.signal);
    const settle = (outcome: FetchResponse | Error) => {
      this.#outcome = outcome;
    };
    // Also keeps a failure that nobody takes from being reported as unhandled.
    this.#result.then(settle, settle);
  }

  /** Whether `take` would not wait. */
  get settled(): boolean {
    return this.#outcome !== null;
  }

  /** What it came to, once it has `settled`; until then null. */
  get outcome(): FetchResponse | Error | null {
    return this.#outcome;
  }

  /** Resolves once `settled`; never rejects. */
  async whenSettled(): Promise<void> {
    await this.#result.catch(() => {});
  }

  /**
   * The head of the response. The exchange ends with the request while this waits for it, but
   * not later: the body may have been handed on by then.
   */
  async take(cx: EdgeContext): Promise<FetchResponse> {
    const abort = () => this.abort();
    cx.signal.addEventListener('abort', abort);
    try {
      return await this.#result;
    } finally {
      cx.signal.removeEventListener('abort', abort);
    }
  }

  /** Ends the exchange. What has already arrived is let go. */
  abort(): void {
    this.#controller.abort();
    this.#result.then(
      (response) => response.body.cancel(),
      () => {},
    );
  }
}

async function send(
  cx: EdgeContext,
  prepare: () => FetchRequest,
  signal: AbortSignal,
): Promise<FetchResponse> {
  return cx.fetcher.fetch(prepare(), signal);
}
