// The host's part of calls from one component instance of a slot to another: what happens before the
// callee runs and after it. Step 8 of the request path. The callee is called by the shim:
// abi/canonical/fused-call.ts says why. Calls end in the order in which they began, last one first,
// or with the request.
// Spec: CanonicalABI.md "canon lift", `Store.lift`.

import type { CoreValue } from '../abi/canonical/codec.ts';
import type { InstanceState } from '../abi/canonical/context.ts';
import { trap } from '../abi/canonical/trap.ts';
import type { SlotView } from './bind-imports.ts';
import { guarded } from './enter-host.ts';
import { FUSED } from './import-shim.ts';
import type { FusedService } from './service.ts';

/** @param index the service's, and so the shim's */
export function bindFused<Context>(
  slot: SlotView<Context>,
  { function: fused, options, callee, entered }: FusedService,
  index: number,
): Record<string, WebAssembly.ImportValue> {
  const state = slot.guest.states[options.instance] as InstanceState;
  const inside = slot.guest.states[callee.options.instance] as InstanceState;
  const entering = entered.map((one) => slot.guest.states[one] as InstanceState);
  const postReturn = callee.options.postReturn !== null;

  const leave = () => {
    slot.guest.calls.pop();
    inside.mayLeave = true;
    for (const one of entering) one.mayEnter = true;
    slot.guest.resumes.pop()?.();
  };
  return {
    [FUSED.begin(index)]: guarded(
      slot,
      state,
      (occupant, ...core: CoreValue[]) => {
        if (!entering.every(({ mayEnter }) => mayEnter))
          trap('A component was called while a call into it was under way');
        for (const one of entering) one.mayEnter = false;
        slot.aim(index);
        slot.guest.resumes.push(slot.guest.store.beginWithin(inside));
        const { call, args } = fused.begin(slot.contextOf(options), slot.contextOf(callee.options), core);
        slot.guest.calls.push(call);
        occupant.meter.hostWorked();
        return args;
      },
      'crosses',
    ),
    [FUSED.end(index)]: guarded(
      slot,
      inside,
      (occupant, core?: CoreValue) => {
        const call = slot.guest.calls.at(-1) ?? trap('No call is under way');
        const result = fused.end(call, core);
        if (postReturn) inside.mayLeave = false;
        else leave();
        occupant.meter.hostWorked();
        return result;
      },
      'returns',
    ),
    [FUSED.left(index)]: guarded(slot, inside, () => leave() as undefined, 'returns'),
  };
}
