// A guest without WebAssembly: a function behind the seam `Dispatch`, so that the server can
// be tested by itself. It keeps what it was asked and how it ended.

import { WheelerError } from '../../abi/errors.ts';
import {
  type ByteSource,
  EdgeError,
  type Header,
  type IncomingRequest,
  type OutgoingResponse,
} from '../../abi/messages.ts';
import type { CancelReason, Dispatch, Outcome } from '../../host/exchange.ts';

export interface FakeCall {
  readonly request: IncomingRequest;
  readonly hops: number;
  readonly cancels: CancelReason[];
}

export type FakeHandler = (
  request: IncomingRequest,
  respond: (response: OutgoingResponse) => void,
  cancelled: Promise<CancelReason>,
) => Promise<unknown> | undefined;

export const OK_OUTCOME: Outcome = {
  code: 'OK',
  cpuMs: 0.25,
  slices: 1,
  waits: 0,
  yields: 0,
  fetches: 0,
  hostCalls: 1,
  memoryBytes: 65_536,
  instance: 'fresh',
  use: 1,
  discarded: false,
  detail: null,
  crash: null,
};

export function fakeGuest(handler: FakeHandler): { dispatch: Dispatch; calls: FakeCall[] } {
  const calls: FakeCall[] = [];
  const dispatch: Dispatch = (request, hops) => {
    const call: FakeCall = { request, hops, cancels: [] };
    calls.push(call);
    const response = Promise.withResolvers<OutgoingResponse>();
    const cancelled = Promise.withResolvers<CancelReason>();
    const done = (async (): Promise<Outcome> => {
      try {
        await handler(request, response.resolve, cancelled.promise);
        response.reject(new WheelerError('GUEST_NO_RESPONSE', 'The handler returned without responding'));
        return OK_OUTCOME;
      } catch (error) {
        const failure =
          error instanceof WheelerError ? error : new WheelerError('GUEST_TRAPPED', String(error));
        response.reject(failure);
        return { ...OK_OUTCOME, code: failure.code, detail: failure.message };
      }
    })();
    return {
      response: response.promise,
      done,
      cpuMs: OK_OUTCOME.cpuMs,
      cancel(reason) {
        call.cancels.push(reason);
        cancelled.resolve(reason);
        const code = reason === 'shutdown' ? 'SHUTTING_DOWN' : 'CLIENT_GONE';
        response.reject(new WheelerError(code, `Cancelled: ${reason}`));
      },
    };
  };
  return { dispatch, calls };
}

export function text(
  content: string,
  status = 200,
  headers: readonly Header[] = [['content-type', 'text/plain']],
) {
  return { status, headers, content: new TextEncoder().encode(content) };
}

/** A stream of the given pieces; a number waits that many milliseconds, an error breaks the stream. */
export function streamOf(
  pieces: Iterable<string | Uint8Array | number | Error>,
  trailers: readonly Header[] = [],
): ByteSource & { readonly cancelled: boolean; readonly taken: number } {
  const rest = pieces[Symbol.iterator]();
  const state = { cancelled: false, taken: 0 };
  return {
    get cancelled() {
      return state.cancelled;
    },
    get taken() {
      return state.taken;
    },
    async next() {
      for (;;) {
        const { value, done } = rest.next();
        if (done === true || state.cancelled) return null;
        if (value instanceof Error) throw value;
        if (typeof value === 'number') {
          await new Promise((resolve) => setTimeout(resolve, value));
          continue;
        }
        state.taken++;
        return typeof value === 'string' ? new TextEncoder().encode(value) : value;
      }
    },
    cancel() {
      state.cancelled = true;
    },
    trailers: () => trailers,
  };
}

export async function collect(body: ByteSource | null): Promise<string> {
  let all = '';
  for (;;) {
    const chunk = (await body?.next()) ?? null;
    if (chunk === null) return all;
    all += Buffer.from(chunk).toString('latin1');
  }
}

export { EdgeError };
