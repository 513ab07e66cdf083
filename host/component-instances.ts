// The component instances of one slot, one or those of a composition: the handles of each, what may be called
// at the moment, and the calls between them that are under way. Step 4 of the request path.
// Does not know core instances, or how calls are made.
// Spec: CanonicalABI.md "Component Instances".

import { AsyncInstance } from '../abi/canonical/async/instance.ts';
import { Store } from '../abi/canonical/async/store.ts';
import { SYNCHRONOUS } from '../abi/canonical/async/task.ts';
import { Thread } from '../abi/canonical/async/thread.ts';
import type { GuestStack, InstanceState } from '../abi/canonical/context.ts';
import type { FusedCall } from '../abi/canonical/fused-call.ts';
import { HandleCounter, HandleTable } from '../abi/canonical/handles.ts';
import type { LinkPlan } from '../abi/canonical/link-plan.ts';
import { enteredBy } from '../abi/canonical/reentrance.ts';
import { isLasting } from '../abi/lasting.ts';

/** More than these would fill the table bit by bit. */
const LASTING_MAX = 64; // arbitrary

export class ComponentInstances {
  readonly stack: GuestStack = { maySuspend: false };
  /** Whose turn it is; a new one for each request. */
  store = new Store(() => false);
  /** In the plan's order. */
  readonly states: readonly InstanceState[];
  /** Calls between them that are under way, the innermost last. */
  readonly calls: FusedCall[] = [];
  /** How those that were called within what they did go on with it, the last one last. */
  readonly resumes: (() => void)[] = [];

  /** @param handlesMax of all together */
  constructor({ instances }: LinkPlan, handlesMax: number) {
    const counter = new HandleCounter(handlesMax);
    const arounds = instances.map((): InstanceState[] => []);
    this.states = arounds.map((around, index) => ({
      index,
      stack: this.stack,
      around,
      handles: new HandleTable(counter),
      async: new AsyncInstance(this.store),
      mayLeave: true,
      mayEnter: true,
    }));
    for (const [index, around] of arounds.entries()) {
      for (const one of enteredBy(instances, index, null)) around.push(this.states[one] as InstanceState);
    }
  }

  /** A request begins. Arguments as those of `Store`. */
  begin(...args: ConstructorParameters<typeof Store>): void {
    this.store = new Store(...args);
    for (const state of this.states) {
      state.async = new AsyncInstance(this.store);
      state.mayLeave = true;
      state.mayEnter = true;
    }
    const [root] = this.states;
    if (root !== undefined) this.store.start(new Thread(root, SYNCHRONOUS));
    this.stack.maySuspend = false;
    this.calls.length = 0;
    this.resumes.length = 0;
  }

  /** The request is over; what they own goes to `destroy`. With `goOn` they keep their handles for the next one. */
  end(destroy: (resource: number, rep: unknown) => void, goOn: boolean): void {
    this.store.abort();
    for (const { handles } of this.states) {
      if (goOn) for (const { resource, rep } of handles.owned) destroy(resource, rep);
      else handles.clear(destroy);
    }
  }

  /** They have kept their handles, and these are of `context` from now on. */
  renew(context: unknown): void {
    for (const { handles } of this.states)
      handles.renew((rep) => (isLasting(rep) ? rep.renewed(context as never) : rep));
  }

  /** Whether all that they hold is the app's, and nothing a request's. */
  get holdLastingOnly(): boolean {
    return this.states.every(
      ({ handles: { live, owned } }) =>
        live <= LASTING_MAX && owned.length === live && owned.every(({ rep }) => isLasting(rep)),
    );
  }

  get holdHandles(): boolean {
    return this.states.some(({ handles }) => handles.live > 0);
  }
}
