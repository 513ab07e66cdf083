// Brings a component to life once, before any request: makes one instance and lets its start functions
// run under the meter. A trap in one is found here, by the deployer and not by every client; and what
// has come of it is the image that requests begin with. Last step but one of the deploy path, and
// again whenever the image has become old.
// The app's settings can be read meanwhile, since they are the version's; nothing else is granted, and
// nothing that the guest does has an effect.

import type { LinkPlan } from '../abi/canonical/link-plan.ts';
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

export interface StartOptions {
  readonly component: LinkedComponent<EdgeContext>;
  readonly limits: AppLimits;
  /** Capabilities of an app without grants, with its settings. */
  readonly capabilities: ReturnType<PrepareRequest>;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** Empty, with the image that it is put back to; `obstacle` says why it has none. */
export type Started =
  | { readonly slot: Slot<EdgeContext>; readonly obstacle: string | null }
  | { readonly findings: readonly Finding[] };

export function startOnce(options: StartOptions): Started {
  const { component, limits } = options;
  const { pagesMax: memoryPagesMax, finding } = memoryShare(component.plan, limits);
  if (finding !== null) return { findings: [finding] };
  const slot = new Slot(component, { handlesMax: limits.handlesMax, memoryPagesMax }, null);
  let reason: unknown;
  const starter = occupant(options, (first) => (reason ??= first));
  try {
    slot.enter(starter);
    return { slot, obstacle: obstacleIn(component.plan) ?? slot.takeImage() };
  } catch (error) {
    const stack = guestFrames(error, component.symbols);
    const failure = withStack(outOfMemory(failureOf(reason ?? error), slot, limits), stack);
    const why = starter.meter.exhausted ? 'it uses up its CPU time before any request' : failure.message;
    const message = `It does not start: ${why}`;
    return { findings: [{ code: 'start-failed', message, offset: null }] };
  } finally {
    slot.leave();
  }
}

/** Of the modules that are instantiated. */
function obstacleIn({ steps, modules }: LinkPlan): string | null {
  for (const step of steps) {
    const obstacle = step.kind === 'instantiate' ? modules[step.module]?.obstacle : null;
    if (step.kind === 'instantiate' && obstacle) return `Core module ${step.module} ${obstacle}`;
  }
  return null;
}

function occupant(options: StartOptions, failed: (reason: unknown) => void): Occupant<EdgeContext> {
  const { limits, capabilities, clock, entropy } = options;
  // Everything is slow the first time: Go's runtime would be refused on a busy machine.
  const meter = new Meter(clock, Math.max(limits.cpuMsMax, DRY_LIMITS.cpuMsMax));
  meter.start();
  const context: EdgeContext = {
    id: null,
    method: 'GET',
    client: null,
    limits,
    ...capabilities,
    entropy,
    clock: meter,
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
    blocked: () => {},
    meter,
    profile: null,
    yield: async () => {},
    failed,
  };
}
