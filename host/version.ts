// A version that this process serves: its linked component, its slots, and the app's
// capabilities. What `Dispatch` is made of; steps 3 and 4 of the request path.
// Does not know routes or files.

import type { Clock, Entropy } from '../abi/capabilities.ts';
import type { EdgeContext } from '../abi/edge/context.ts';
import { WheelerError } from '../abi/errors.ts';
import type { AppLimits } from '../abi/limits.ts';
import type { IncomingRequest } from '../abi/messages.ts';
import { CpuProfile } from './cpu-profile.ts';
import type { Exchange } from './exchange.ts';
import { findHandler, type Handler } from './handler.ts';
import type { LinkedComponent } from './linker.ts';
import { memoryShare } from './memory-share.ts';
import { Meter } from './meter.ts';
import { type RequestCapabilities, Sandbox, type SlotPool } from './sandbox.ts';
import { Scheduler } from './scheduler.ts';
import { Slot } from './slot.ts';

/** What one app may use, prepared for one request. `hops` as in `Dispatch`. */
export type PrepareRequest = (request: IncomingRequest, hops: number) => Omit<RequestCapabilities, 'entropy'>;

export interface VersionOptions {
  readonly component: LinkedComponent<EdgeContext>;
  readonly limits: AppLimits;
  readonly prepare: PrepareRequest;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Whether to keep account of where CPU time goes, which costs some. */
  readonly profiles: boolean;
}

/** Empty slots that are kept for the next requests; beyond that they are left to the garbage collector. */
const IDLE_SLOTS_MAX = 64; // arbitrary

/** One per thread, for all versions: guests of different apps take turns. */
const SCHEDULER = new Scheduler(setImmediate);

export class Version {
  readonly #options: VersionOptions;
  readonly #handler: Handler;
  readonly #idle: Slot<EdgeContext>[] = [];
  readonly #pool: SlotPool;
  readonly #lane = SCHEDULER.lane();

  /**
   * @throws WheelerError DEPLOY_REFUSED when the component needs more memory than the app may have
   * @throws Error when it exports no handler: the deploy path has to have refused it
   */
  constructor(options: VersionOptions) {
    this.#options = options;
    this.#handler = findHandler(options.component);
    const { pagesMax: memoryPagesMax, finding } = memoryShare(options.component.plan, options.limits);
    if (finding !== null) throw new WheelerError('DEPLOY_REFUSED', finding.message);
    const { handlesMax } = options.limits;
    this.#pool = {
      take: () => this.#idle.pop() ?? new Slot(options.component, { handlesMax, memoryPagesMax }),
      giveBack: (slot) => {
        if (this.#idle.length < IDLE_SLOTS_MAX) this.#idle.push(slot);
      },
    };
  }

  /** Runs one request; a `Dispatch`. */
  dispatch(request: IncomingRequest, hops: number): Exchange {
    const { component, limits, prepare, clock, entropy, profiles } = this.#options;
    return new Sandbox({
      request,
      limits,
      capabilities: { ...prepare(request, hops), entropy },
      meter: new Meter(clock, limits.cpuMsMax),
      profile: profiles ? new CpuProfile(component.symbols, () => clock.monotonicMs()) : null,
      lane: this.#lane,
      pool: this.#pool,
      handler: this.#handler,
    });
  }
}
