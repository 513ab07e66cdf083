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

const PAGE_BYTES = 65_536;

/** One per thread, for all versions: guests of different apps take turns. */
const SCHEDULER = new Scheduler(setImmediate);

export class Version {
  readonly #options: VersionOptions;
  readonly #handler: Handler;
  readonly #idle: Slot<EdgeContext>[] = [];
  readonly #pool: SlotPool;

  /**
   * @throws WheelerError DEPLOY_REFUSED when the component needs more memory than the app may have
   * @throws Error when it exports no handler: the deploy path has to have refused it
   */
  constructor(options: VersionOptions) {
    this.#options = options;
    this.#handler = findHandler(options.component);
    const memoryPagesMax = pagesPerMemory(options);
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
      scheduler: SCHEDULER,
      pool: this.#pool,
      handler: this.#handler,
    });
  }
}

/** The app's limit, shared evenly by the component's memories: none may starve another. */
function pagesPerMemory({ component, limits }: VersionOptions): number {
  const memories = component.plan.modules.flatMap((module) => module.memories);
  const limitBytes = limits.memoryMbMax * 1024 * 1024;
  const pages = Math.floor(limitBytes / PAGE_BYTES / Math.max(1, memories.length));
  const largest = Math.max(0, ...memories.map((memory) => memory.pagesMin));
  if (largest > pages) {
    const needed = largest * memories.length * PAGE_BYTES;
    throw new WheelerError(
      'DEPLOY_REFUSED',
      `The component begins with more memory than it may have: ${needed} bytes, limit ${limitBytes}`,
    );
  }
  return pages;
}
