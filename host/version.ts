// A version that this process serves: its linked component, its slots, and the app's
// capabilities. What `Dispatch` is made of; steps 3 and 4 of the request path.
// Does not know routes or files.

import type { Clock, Entropy } from '../abi/capabilities.ts';
import type { EdgeContext } from '../abi/edge/context.ts';
import type { AppLimits } from '../abi/limits.ts';
import type { IncomingRequest } from '../abi/messages.ts';
import { CpuSlices } from './cpu-slices.ts';
import type { Exchange } from './exchange.ts';
import type { LinkedComponent } from './linker.ts';
import { type RequestCapabilities, Sandbox, type SlotPool } from './sandbox.ts';
import { Slot } from './slot.ts';

/** What one app may use, prepared for one request. `hops` as in `Dispatch`. */
export type PrepareRequest = (request: IncomingRequest, hops: number) => Omit<RequestCapabilities, 'entropy'>;

export interface VersionOptions {
  readonly component: LinkedComponent<EdgeContext>;
  readonly limits: AppLimits;
  readonly prepare: PrepareRequest;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** Empty slots that are kept for the next requests; beyond that they are left to the garbage collector. */
const IDLE_SLOTS_MAX = 64; // arbitrary

const PAGE_BYTES = 65_536;

export class Version {
  readonly #options: VersionOptions;
  readonly #handler: number;
  readonly #idle: Slot<EdgeContext>[] = [];
  readonly #pool: SlotPool;

  /** @throws when the component exports no handler: the deploy path has to have refused it. */
  constructor(options: VersionOptions) {
    this.#options = options;
    this.#handler = options.component.exports.findIndex(
      ({ definition }) =>
        definition.interface?.startsWith('wheeler:edge/handler@') && definition.name === 'handle',
    );
    if (this.#handler === -1) throw new Error('The component exports no wheeler:edge/handler');
    const memoryPagesMax = Math.floor((options.limits.memoryMbMax * 1024 * 1024) / PAGE_BYTES);
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
    const { limits, prepare, clock, entropy } = this.#options;
    return new Sandbox({
      request,
      limits,
      capabilities: { ...prepare(request, hops), entropy },
      slices: new CpuSlices(clock),
      pool: this.#pool,
      handler: this.#handler,
    });
  }
}
