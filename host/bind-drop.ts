// Dropping handles: the host's part of it. What the host holds is let go here; a destructor of the guest
// is called by the shim, so that it can wait and be interrupted as all code of the guest.
// Step 8 of the request path.
// Spec: CanonicalABI.md "canon resource.drop".

import type { InstanceState } from '../abi/canonical/context.ts';
import { trap } from '../abi/canonical/trap.ts';
import type { SlotView } from './bind-imports.ts';
import { guarded } from './enter-host.ts';
import { DROP } from './import-shim.ts';
import type { DropService } from './service.ts';

const NOTHING_TO_DO = [0, 0];

/** @param index the service's, and so the shim's */
export function bindDrop<Context>(
  slot: SlotView<Context>,
  { instance, resource, dtor }: DropService,
  index: number,
): Record<string, WebAssembly.ImportValue> {
  const state = slot.guest.states[instance] as InstanceState;
  const destroyer = slot.component.destroyers[resource];
  if (dtor === null) {
    const drop = guarded(slot, state, ({ context }, handle: number) => {
      const dropped = state.handles.drop(handle >>> 0, resource);
      if (dropped === undefined) return;
      destroyer?.check?.(dropped.rep as never);
      destroyer?.drop?.(context, dropped.rep as never);
    });
    return { [String(index)]: drop };
  }
  const owner = slot.guest.states[dtor.instance] as InstanceState;
  const entering = dtor.entered.map((one) => slot.guest.states[one] as InstanceState);
  return {
    [String(index)]: guarded(slot, state, (_, handle: number) => {
      const dropped = state.handles.drop(handle >>> 0, resource);
      if (dropped === undefined) return NOTHING_TO_DO;
      if (!entering.every(({ mayEnter }) => mayEnter))
        trap('A destructor was called while a call into its component was under way');
      for (const one of entering) one.mayEnter = false;
      if (owner !== state) slot.guest.resumes.push(slot.guest.store.beginWithin(owner));
      slot.aim(index);
      return [dropped.rep as number, 1];
    }),
    [DROP.done(index)]: guarded(
      slot,
      owner,
      () => {
        for (const one of entering) one.mayEnter = true;
        if (owner !== state) slot.guest.resumes.pop()?.();
      },
      'returns',
    ),
  };
}
