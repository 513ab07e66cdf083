// The host functions of one slot that belong to the asynchronous ABI: the built-ins, and imports
// that go on in the background as subtasks. Step 8 of the request path. What becomes of a wait
// when the request ends meanwhile is the shim's business, as for all imports that wait.
// Spec: CanonicalABI.md "canon lower", async, and the built-ins.

import type { Builtin, BuiltinCaller, BuiltinResult, Suspension } from '../abi/canonical/async/builtins.ts';
import type { Store } from '../abi/canonical/async/store.ts';
import { SUBTASK, Subtask } from '../abi/canonical/async/subtask.ts';
import type { CoreValue } from '../abi/canonical/codec.ts';
import type { InstanceState } from '../abi/canonical/context.ts';
import { trap } from '../abi/canonical/trap.ts';
import { AtOnce, type Cancellable } from '../abi/host-interface.ts';
import type { CallService, Occupant, SlotView } from './bind-imports.ts';
import { enterHost, guarded, type Reach } from './enter-host.ts';

export function bindBuiltin<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  builtin: Builtin,
): WebAssembly.ImportValue {
  const caller: BuiltinCaller = { state, contextOf: (options) => slot.contextOf(options) };
  if (!builtin.waits) {
    return guarded(
      slot,
      state,
      (occupant, ...core: CoreValue[]) => {
        const result = builtin.run(caller, core) as CoreValue | undefined;
        occupant.meter.hostWorked();
        return result;
      },
      builtin.stays ? 'stays' : 'leaves',
    );
  }
  return suspending(slot, state, (_, ...core) => builtin.run(caller, core));
}

/** An import whose work may give a `Suspension`. */
export function suspending<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  work: (occupant: Occupant<Context>, ...core: CoreValue[]) => BuiltinResult,
  reach: Reach = 'leaves',
): WebAssembly.ImportValue {
  return new WebAssembly.Suspending((...core: CoreValue[]) => {
    const occupant = enterHost(slot, state, reach);
    try {
      const result = work(occupant, ...core);
      if (isSuspension(result)) return goOn(slot, occupant, result);
      occupant.meter.hostWorked();
      return result;
    } catch (error) {
      occupant.failed(error);
      return 0;
    }
  });
}

function isSuspension(result: BuiltinResult): result is Suspension {
  return typeof result === 'object';
}

async function goOn<Context>(
  { guest }: SlotView<Context>,
  occupant: Occupant<Context>,
  first: Suspension,
): Promise<CoreValue | undefined> {
  let result: BuiltinResult = first;
  while (isSuspension(result)) {
    const { until, why, finish } = result as Suspension;
    if (why === 'waits') occupant.blocked();
    else occupant.meter.end();
    const cancelled = await until;
    if (why === 'yields' && !occupant.ended) await occupant.yield();
    if (occupant.ended || guest.store.ended) return 0;
    try {
      // Billed here and not together with the guest's next slice: others may run before it.
      result = occupant.meter.bill(() => finish(cancelled));
    } catch (error) {
      occupant.failed(error);
      return 0;
    }
  }
  return result;
}

/** An import whose type is asynchronous and that the guest waits for: its other tasks may go on meanwhile. */
export function bindBlocking<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  { server, options, function: served }: CallService<Context>,
): WebAssembly.ImportValue {
  const call = served.call as (context: Context, ...args: unknown[]) => unknown;
  return suspending(slot, state, (occupant, ...core) => {
    const { store } = state.async;
    if (!store.current.task.mayBlock) trap('A synchronous task cannot block before it has returned');
    const cx = slot.contextOf(options);
    cx.inPlace = served.inPlace === true;
    const lifted = server.begin(cx, core);
    cx.inPlace = false;
    const args = served.onMemory === true ? [cx.memory, ...lifted.args] : lifted.args;
    const value = call(occupant.context, ...args);
    if (value instanceof AtOnce) return server.end(cx, lifted, value.value);
    const thread = store.current;
    let done: { readonly result: unknown } | null = null;
    const finish = () => server.end(cx, lifted, done?.result);
    store.outside += 1;
    whenDone(store, Promise.resolve(value), (result) => {
      done = { result };
      store.mayGoOn(thread);
    });
    const until = store.wait(() => done !== null);
    return until instanceof Promise ? { until, why: 'waits', finish } : finish();
  });
}

/** An import that the guest calls without waiting for it: the core result says how far it is. */
export function bindBackground<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  { server, options, function: served }: CallService<Context>,
): WebAssembly.ImportValue {
  const call = served.call as (context: Context, ...args: unknown[]) => unknown;
  return guarded(slot, state, (occupant, ...core: CoreValue[]) => {
    const cx = slot.contextOf(options);
    const { handles, async } = state;
    const { store } = async;
    const lifted = server.begin(cx, core);
    const value = call(occupant.context, ...lifted.args);
    occupant.meter.hostWorked();
    if (!served.waits || value === undefined || value instanceof AtOnce) {
      server.end(cx, lifted, value instanceof AtOnce ? value.value : value);
      return SUBTASK.returned;
    }
    const abandoned = served.abandoned as ((result: unknown) => void) | undefined;
    const subtask: Subtask = new Subtask(async, SUBTASK.started, {
      delivered: () => server.release(cx, lifted),
      // The host's work is given up at once: whatever still comes of it is nobody's.
      cancel: () => {
        (value as Partial<Cancellable<unknown>>).cancel?.();
        subtask.reach(SUBTASK.cancelledBeforeReturned);
        return null;
      },
    });
    store.outside += 1;
    const done = (result: unknown) => {
      if (subtask.resolved) return abandoned?.(result);
      server.lower(cx, lifted, result);
      subtask.reach(SUBTASK.returned);
    };
    whenDone(store, value as Promise<unknown>, done, abandoned);
    subtask.index = handles.add(subtask);
    return ((subtask.index << 4) | SUBTASK.started) >>> 0;
  });
}

/** @param abandoned takes the result when nobody is there for it any more */
function whenDone(
  store: Store,
  work: Promise<unknown>,
  done: (result: unknown) => void,
  abandoned?: (result: unknown) => void,
): void {
  const settle = (tell: () => void) => {
    store.outside -= 1;
    store.arrived(tell);
  };
  work.then(
    (result) => (store.ended ? abandoned?.(result) : settle(() => done(result))),
    (reason) =>
      settle(() => {
        throw reason;
      }),
  );
}
