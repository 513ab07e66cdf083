// What the interfaces of this folder and of abi/wasi know of the request that they serve.
// Made by the sandbox (step 5 of the request path), handed to every host function.

import type { Billed, Config, Crypto, Entropy, Fetcher, GuestLog } from '../capabilities.ts';
import type { AppLimits } from '../limits.ts';
import type { Client, OutgoingResponse } from '../messages.ts';

export interface EdgeContext {
  /** The request's; null while the deploy path tries whether the component starts. */
  readonly id: string | null;
  readonly method: string;
  /** Who sent the request; null as for `id`. */
  readonly client: Client | null;
  readonly limits: AppLimits;
  readonly fetcher: Fetcher;
  readonly crypto: Crypto;
  readonly log: GuestLog;
  readonly config: Config;
  readonly entropy: Entropy;
  readonly clock: GuestClock;
  /** Aborts when the request ends, however it ends. What must outlive the request does not use it. */
  readonly signal: AbortSignal;
  readonly responded: boolean;
  /** Takes the answer. Called once; `responded` is true from then on. */
  respond(response: OutgoingResponse): void;
  /** For work of the host outside of the guest's slices. */
  readonly billed: Billed;
  /** What is left of the CPU budget as of the last wait, rounded up to whole milliseconds. */
  cpuMsLeft(): number;
}

/** Time as the guest sees it: it stands still while the guest runs. RATIONALE.md "Why does the clock stand still?". */
export interface GuestClock {
  /** Nanoseconds since the Unix epoch. */
  readonly wallNs: bigint;
  readonly monotonicNs: bigint;
  /** Resolves after that time, or at once when `signal` aborts. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
}
