// The seam between the server and the sandboxes: one request goes in, and three things come
// out: a response, an end, and a way to stop early. Steps 3 to 12 of the request path lie
// behind it. Types only, so either side can be replaced: by a fake in tests, by another
// process later.

import type { ErrorCode } from '../abi/errors.ts';
import type { IncomingRequest, OutgoingResponse } from '../abi/messages.ts';
import type { Crash } from './crash.ts';

/** One request in one sandbox. */
export interface Exchange {
  /** Rejects with `WheelerError` when the guest gave none. May resolve long before `done`. */
  readonly response: Promise<OutgoingResponse>;
  /** The guest has returned or was ended, and everything is settled. Never rejects. */
  readonly done: Promise<Outcome>;
  /** CPU time so far, as of the guest's last wait. */
  readonly cpuMs: number;
  /** Ends what is still under way. May be called at any time, and twice. */
  cancel(reason: CancelReason): void;
}

export type CancelReason = 'client-gone' | 'shutdown';

/** The instance that one request had. */
export interface InstanceUsage {
  /** The most linear memory that it had, all memories together: a memory never shrinks. */
  readonly memoryBytes: number;
  /** Whether its instance had been kept and was put back to the image, was made for it, or was as others had left it. */
  readonly instance: 'restored' | 'fresh' | 'reused' | 'none';
  /** Which request of its instance it was since that was made or put back: 1, unless the app's is reused. */
  readonly use: number;
  /** Its instance could not be put back, because its memory had grown: the next one is made anew. */
  readonly discarded: boolean;
}

/** What one request used. */
export interface Usage extends InstanceUsage {
  readonly cpuMs: number;
  /** Stretches of execution between entry or resume and the next wait, yield or end. */
  readonly slices: number;
  /** How often the guest was suspended. */
  readonly waits: number;
  /** How often it gave up its slice for others. */
  readonly yields: number;
  /** Requests to other servers, redirects included. */
  readonly fetches: number;
  readonly hostCalls: number;
}

export const NO_USAGE: Usage = {
  cpuMs: 0,
  slices: 0,
  waits: 0,
  yields: 0,
  fetches: 0,
  hostCalls: 0,
  memoryBytes: 0,
  instance: 'none',
  use: 0,
  discarded: false,
};

/** Field by field: an outcome has more than that. */
export function usageOf(outcome: Outcome | null): Usage {
  const usage = outcome ?? NO_USAGE;
  const { cpuMs, slices, waits, yields, fetches, hostCalls, memoryBytes, instance, use, discarded } = usage;
  return { cpuMs, slices, waits, yields, fetches, hostCalls, memoryBytes, instance, use, discarded };
}

/** What one request came to, and what it used: its receipt. */
export interface Outcome extends Usage {
  readonly code: 'OK' | ErrorCode;
  /** For the log and for `--dev`: the trap with the guest's stack, say. */
  readonly detail: string | null;
  /** How the guest ended; null when it returned, or when nobody was to blame. */
  readonly crash: Crash | null;
}

/**
 * Runs one request on one version. Does not throw.
 * `hops` is how often the request has already been through a host of ours.
 */
export type Dispatch = (request: IncomingRequest, hops: number) => Exchange;
