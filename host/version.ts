// A version that this process serves: its linked component, its slots, and the app's
// capabilities. What `Dispatch` is made of; steps 3 and 4 of the request path.
// Does not know routes or files.

import type { Clock, Entropy } from '../abi/capabilities.ts';
import type { EdgeContext } from '../abi/edge/context.ts';
import type { AppLimits } from '../abi/limits.ts';
import type { IncomingRequest } from '../abi/messages.ts';
import type { RequestCapabilities } from './capabilities/request-capabilities.ts';
import { CpuProfile } from './cpu-profile.ts';
import type { Exchange } from './exchange.ts';
import { findHandler, type Handler } from './handler.ts';
import type { LinkedComponent } from './linker.ts';
import { Meter } from './meter.ts';
import { Sandbox } from './sandbox.ts';
import { Scheduler } from './scheduler.ts';
import type { SlotPool } from './slot-pool.ts';
import { TURN } from './turn.ts';

/** What one app may use, prepared for one request. `hops` as in `Dispatch`. */
export type PrepareRequest = (request: IncomingRequest, hops: number) => RequestCapabilities;

export interface VersionOptions {
  readonly component: LinkedComponent<EdgeContext>;
  readonly pool: Pick<SlotPool<EdgeContext>, 'take' | 'mayGoOn' | 'giveBack'>;
  readonly limits: AppLimits;
  readonly prepare: PrepareRequest;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Whether to keep account of where CPU time goes, which costs some. */
  readonly profiles: boolean;
}

/** One per thread, for all versions: guests of different apps take turns. */
const SCHEDULER = new Scheduler((resume) => TURN.next(resume));

export class Version {
  readonly #options: VersionOptions;
  readonly #handler: Handler;
  readonly #lane = SCHEDULER.lane();

  /** @throws Error when it exports no handler: the deploy path has to have refused it */
  constructor(options: VersionOptions) {
    this.#options = options;
    this.#handler = findHandler(options.component);
  }

  /** Runs one request; a `Dispatch`. */
  dispatch(request: IncomingRequest, hops: number): Exchange {
    const { component, pool, limits, prepare, clock, entropy, profiles } = this.#options;
    return new Sandbox({
      request,
      limits,
      capabilities: prepare(request, hops),
      entropy,
      meter: new Meter(clock, limits.cpuMsMax),
      profile: profiles ? new CpuProfile(component.symbols, () => clock.monotonicMs()) : null,
      lane: this.#lane,
      pool,
      handler: this.#handler,
    });
  }
}
