// An app with others in front of it: each request goes to the first, and on from there as far as they
// hand it on, in this process and without a socket. Between steps 3 and 4 of the request path.
// Each of them is a sandbox with the limits of its own app; the receipt of the request is the sum of
// theirs. RATIONALE.md "Why is a middleware an app?".

import type { IncomingRequest } from '../abi/messages.ts';
import { putBehind } from '../abi/wasi03/http/next.ts';
import type { AppSettings } from './config/settings.ts';
import type { Dispatch, Exchange, Outcome } from './exchange.ts';

/**
 * The dispatch of an app, its middleware included: apps come in any order, so who is in front is looked up
 * for the first request.
 * @param own what each app does by itself
 */
export function withMiddleware(
  { name, middleware = [] }: Pick<AppSettings, 'name' | 'middleware'>,
  own: ReadonlyMap<string, Dispatch>,
): Dispatch {
  const dispatchOf = (app: string): Dispatch => own.get(app) ?? missing(app);
  if (middleware.length === 0) return dispatchOf(name);
  let whole: Dispatch | null = null;
  return (request, hops) => {
    whole ??= chain(middleware.map(dispatchOf), dispatchOf(name));
    return whole(request, hops);
  };
}

function missing(app: string): never {
  throw new Error(`There is no app ${app}: the configuration has to have been refused`);
}

/** @param front in the order in which requests pass them */
export function chain(front: readonly Dispatch[], last: Dispatch): Dispatch {
  return front.reduceRight((behind, one) => through(one, behind), last);
}

function through(front: Dispatch, behind: Dispatch): Dispatch {
  return (request, hops) => {
    const begun: Exchange[] = [];
    putBehind(request, (handedOn: IncomingRequest) => {
      const exchange = behind(handedOn, hops);
      begun.push(exchange);
      return { response: exchange.response, cancel: () => exchange.cancel('client-gone') };
    });
    return joined(front(request, hops), begun);
  };
}

function joined(first: Exchange, begun: readonly Exchange[]): Exchange {
  return {
    response: first.response,
    done: settle(first, begun),
    get cpuMs() {
      return begun.reduce((sum, { cpuMs }) => sum + cpuMs, first.cpuMs);
    },
    cancel: (reason) => {
      first.cancel(reason);
      if (reason === 'shutdown') for (const exchange of begun) exchange.cancel(reason);
    },
  };
}

async function settle(first: Exchange, begun: readonly Exchange[]): Promise<Outcome> {
  const own = await first.done;
  // Whoever would have read what they still have to say is gone.
  for (const exchange of begun) exchange.cancel('client-gone');
  return (await Promise.all(begun.map(({ done }) => done))).reduce(sumOf, own);
}

/** What became of the request is what became of the first; what failed behind is told where that was well. */
function sumOf(own: Outcome, other: Outcome): Outcome {
  const behind = other.code === 'OK' ? null : `Behind it: ${other.code}, ${other.detail ?? 'no detail'}`;
  return {
    ...own,
    detail: own.detail ?? behind,
    crash: own.crash ?? other.crash,
    cpuMs: own.cpuMs + other.cpuMs,
    slices: own.slices + other.slices,
    waits: own.waits + other.waits,
    yields: own.yields + other.yields,
    fetches: own.fetches + other.fetches,
    hostCalls: own.hostCalls + other.hostCalls,
    memoryBytes: own.memoryBytes + other.memoryBytes,
    discarded: own.discarded || other.discarded,
  };
}
