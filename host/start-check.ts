// Whether a component comes to life at all: makes one instance, lets its start functions run,
// and throws it away. The last check of a deploy, so that a trap in a start function is found
// by the deployer and not by every client.
// Nothing is granted meanwhile, and nothing that the guest does has an effect.

import type { Clock, Entropy } from '../abi/capabilities.ts';
import type { EdgeContext } from '../abi/edge/context.ts';
import type { AppLimits } from '../abi/limits.ts';
import type { Finding } from '../toolchain/finding.ts';
import type { Occupant } from './bind-imports.ts';
import { withStack } from './crash.ts';
import { DRY_LIMITS } from './dry-run.ts';
import { failureOf, outOfMemory } from './failure.ts';
import { guestFrames } from './guest-stack.ts';
import type { LinkedComponent } from './linker.ts';
import { memoryShare } from './memory-share.ts';
import { Meter } from './meter.ts';
import { Slot } from './slot.ts';
import type { PrepareRequest } from './version.ts';

export interface StartCheckOptions {
  readonly component: LinkedComponent<EdgeContext>;
  readonly limits: AppLimits;
  /** Capabilities of an app without grants. */
  readonly capabilities: ReturnType<PrepareRequest>;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

export function startCheck(options: StartCheckOptions): Finding[] {
  const { component, limits } = options;
  const { pagesMax: memoryPagesMax, finding } = memoryShare(component.plan, limits);
  if (finding !== null) return [finding];
  const slot = new Slot(component, { handlesMax: limits.handlesMax, memoryPagesMax });
  let reason: unknown;
  try {
    slot.enter(occupant(options, (first) => (reason ??= first)));
    return [];
  } catch (error) {
    const stack = guestFrames(error, component.symbols);
    const failure = withStack(outOfMemory(failureOf(reason ?? error), slot, limits), stack);
    return [{ code: 'start-failed', message: `It does not start: ${failure.message}`, offset: null }];
  } finally {
    slot.leave();
  }
}

function occupant(options: StartCheckOptions, failed: (reason: unknown) => void): Occupant<EdgeContext> {
  const { limits, capabilities, clock, entropy } = options;
  // Everything is slow the first time: Go's runtime would be refused on a busy machine.
  const meter = new Meter(clock, Math.max(limits.cpuMsMax, DRY_LIMITS.cpuMsMax));
  meter.start();
  const context: EdgeContext = {
    id: null,
    method: 'GET',
    limits,
    ...capabilities,
    entropy,
    clock: meter.guestClock,
    signal: new AbortController().signal,
    responded: false,
    respond: () => failed(new Error('It responded while it started')),
    billed: (work) => meter.bill(work),
    cpuMsLeft: () => limits.cpuMsMax,
  };
  return {
    context,
    ended: false,
    entered: () => {},
    // Start functions are not called in a way that could wait; the engine traps them.
    suspend: (work) => work,
    meter,
    profile: null,
    yield: async () => {},
    failed,
  };
}
