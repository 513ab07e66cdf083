// What every import does before its own work: asks whether the guest may still run and may call
// out from where it is, and counts. Step 8 of the request path. What is thrown is told to the
// occupant first; the shim makes a trap of it.
// Spec: CanonicalABI.md, `trap_if(not inst.may_leave)`.

import type { CoreValue } from '../abi/canonical/codec.ts';
import type { InstanceState } from '../abi/canonical/context.ts';
import { Trap, trap } from '../abi/canonical/trap.ts';
import type { Occupant, SlotView } from './bind-imports.ts';

/**
 * What `stays` neither calls out nor changes handles, so realloc and post-return may call it too. `crosses` to
 * another component instance of the same guest and `returns` from it are no calls of the host.
 */
export type Reach = 'leaves' | 'stays' | 'crosses' | 'returns';

export function guarded<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  work: (occupant: Occupant<Context>, ...core: never[]) => CoreValue | readonly CoreValue[] | undefined,
  reach: Reach = 'leaves',
): WebAssembly.ImportValue {
  return (...core: never[]) => {
    const occupant = enterHost(slot, state, reach);
    try {
      return work(occupant, ...core);
    } catch (error) {
      occupant.failed(error);
      throw error;
    }
  };
}

export function enterHost<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  reach: Reach,
): Occupant<Context> {
  const occupant = occupantOf(slot);
  if (occupant.ended || slot.guest.store.ended) throw new Trap('The request is over');
  if (reach === 'leaves' || reach === 'stays') occupant.entered();
  if (reach === 'stays' || reach === 'returns' || state.mayLeave) return occupant;
  const reason = new Trap('An import was called from realloc or post-return');
  occupant.failed(reason);
  throw reason;
}

/** Traps when there is none. */
export function occupantOf<Context>(slot: SlotView<Context>): Occupant<Context> {
  return slot.occupant ?? trap('The request that this instance served is over');
}
