// Admission: what may be under way at once in this process. Step 3 of the request path. Every guest more
// makes all of them slower, and V8 aborts the process when it cannot map another memory: so there
// is a cap, a queue in front of it in which apps take turns, and above that a refusal at once.
// Decisions are `fair-queue.ts`'s; deadlines of what runs are the sandbox's.

import { WheelerError } from '../abi/errors.ts';
import { type Alarm, startAlarm } from './alarm.ts';
import { DeferredExchange, refusedExchange } from './deferred-exchange.ts';
import type { Dispatch } from './exchange.ts';
import { FairQueue } from './fair-queue.ts';

export interface AdmissionOptions {
  readonly inFlightMax: number;
  readonly nowMs: () => number;
  /** Whether this process has used up its memory. */
  readonly isMemoryShort: () => boolean;
  /** How many of an app may wait for their turn; 0 refuses them at once. */
  readonly waitingMax?: number;
  readonly waitMsMax?: number;
}

/** Puts the caps in front of an app's `Dispatch`. */
export type Admit = (app: string, requestsAtOnceMax: number, dispatch: Dispatch) => Dispatch;

const WAIT_MS_MAX = 5_000; // arbitrary; as long as a person waits
const WAITING_MAX = 1_000; // arbitrary

interface Waiter {
  start(): void;
  tooLate(): void;
}

export function admission(options: AdmissionOptions): Admit {
  const { inFlightMax, nowMs, isMemoryShort, waitingMax = WAITING_MAX, waitMsMax = WAIT_MS_MAX } = options;
  const queue = new FairQueue<Waiter>({ inFlightMax, waitingMax, waitMsMax });
  let alarm: Alarm | null = null;

  /** Lets start whoever may, and rings again when the next one has waited for too long. */
  const advance = () => {
    for (const waiter of queue.expire(nowMs())) waiter.tooLate();
    for (let waiter = queue.next(); waiter !== null; waiter = queue.next()) waiter.start();
    if (alarm !== null || queue.deadlineMs === null) return;
    alarm = startAlarm(Math.max(1, queue.deadlineMs - nowMs()), () => {
      alarm = null;
      advance();
    });
  };

  return (app, requestsAtOnceMax, dispatch) => {
    queue.add(app, requestsAtOnceMax);
    const ended = () => {
      queue.leave(app);
      if (queue.isWaitedIn) advance();
    };
    const run: Dispatch = (request, hops) => {
      const exchange = dispatch(request, hops);
      // A guest that works on after its response still has its memory.
      exchange.done.then(ended);
      return exchange;
    };
    const wait: Dispatch = (request, hops) => {
      const exchange = new DeferredExchange(() => queue.withdraw(app, waiter));
      const waiter: Waiter = {
        start: () => exchange.begin(run(request, hops)),
        tooLate: () => exchange.fail(overloaded(`It waited ${waitMsMax} ms for its turn`, queue.inFlight)),
      };
      queue.wait(app, waiter, nowMs());
      advance();
      return exchange;
    };
    return (request, hops) => {
      if (isMemoryShort()) {
        return refusedExchange(overloaded('The memory of this process is used up', queue.inFlight));
      }
      switch (queue.arrive(app)) {
        case 'start':
          return run(request, hops);
        case 'wait':
          return wait(request, hops);
        case 'full':
          return refusedExchange(overloaded(`${waitingMax} wait for this app already`, queue.inFlight));
      }
    };
  };
}

function overloaded(why: string, inFlight: number): WheelerError {
  const caps = 'server.in_flight_max, limits.requests_at_once_max';
  return new WheelerError('OVERLOADED', `${why}; ${inFlight} requests are under way, see ${caps}`);
}
