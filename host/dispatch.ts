// Admission: how many requests may be under way at once in this process. Step 3 of the
// request path. Above the cap a request is refused at once, because every guest more would
// make all of them slower, and V8 aborts the process when it cannot map another memory.
// Deadlines are the sandbox's.

import { WheelerError } from '../abi/errors.ts';
import { type Dispatch, type Exchange, NO_USAGE } from './exchange.ts';

/** Puts the same cap in front of every `Dispatch` that it is given. */
export function admission(inFlightMax: number): (dispatch: Dispatch) => Dispatch {
  let inFlight = 0;
  return (dispatch) => (request, hops) => {
    if (inFlight >= inFlightMax) return refused(inFlight);
    inFlight += 1;
    const exchange = dispatch(request, hops);
    // A guest that works on after its response still has its memory.
    exchange.done.then(() => {
      inFlight -= 1;
    });
    return exchange;
  };
}

function refused(inFlight: number): Exchange {
  const message = `${inFlight} requests are under way, which is the cap: server.in_flight_max`;
  const response = Promise.reject(new WheelerError('OVERLOADED', message));
  response.catch(() => {}); // the caller sees it, perhaps not at once
  const done = Promise.resolve({ code: 'OVERLOADED' as const, ...NO_USAGE, detail: message, crash: null });
  return { response, done, cpuMs: 0, cancel: () => {} };
}

/** Memories that V8 can hold in one process are 16,300; a few hundred may wait for the collector. */
const MEMORIES_MAX = 15_000;
const IN_FLIGHT_MAX_WITHOUT_LIMIT = 6_000;

/**
 * The cap that the kernel's limit on memory mappings allows: an instance under load takes up to
 * ten, and Node and V8 need some thousands themselves (measured: 6,000 at the usual 65,530).
 * @param mapCountMax Linux's `vm.max_map_count`; null where there is none.
 */
export function inFlightMaxFor(mapCountMax: number | null): number {
  if (mapCountMax === null) return IN_FLIGHT_MAX_WITHOUT_LIMIT;
  return Math.min(MEMORIES_MAX, Math.max(100, Math.floor((mapCountMax - 5_000) / 10)));
}
