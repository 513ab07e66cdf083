// The host functions of one slot that belong to the asynchronous ABI: the built-ins, and imports
// that go on in the background as subtasks. Step 8 of the request path. What becomes of a wait
// when the request ends meanwhile is the shim's business, as for all imports that wait.
// Spec: CanonicalABI.md "canon lower", async, and the built-ins.

import type { Builtin, BuiltinCaller, BuiltinResult, Suspension } from '../abi/canonical/async/builtins.ts';
import { SUBTASK, Subtask } from '../abi/canonical/async/subtask.ts';
import type { CoreValue } from '../abi/canonical/codec.ts';
import type { InstanceState } from '../abi/canonical/context.ts';
import { trap } from '../abi/canonical/trap.ts';
import { AtOnce } from '../abi/host-interface.ts';
import type { CallService, Occupant, SlotView } from './bind-imports.ts';
import { enterHost, guarded } from './enter-host.ts';

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
  return new WebAssembly.Suspending((...core: CoreValue[]) => {
    const occupant = enterHost(slot, state, 'leaves');
    try {
      const result = builtin.run(caller, core);
      if (isSuspension(result)) return suspend(state, occupant, result);
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

/** Without a promise where the guest can go on at once. */
function suspend<Context>(
  state: InstanceState,
  occupant: Occupant<Context>,
  { until, finish }: Suspension,
): CoreValue | undefined | Promise<CoreValue | undefined> {
  if (until !== 'next turn') return goOn(occupant, occupant.suspend(until), finish);
  if (!state.stack.maySuspend) return finish();
  occupant.meter.end();
  return goOn(occupant, occupant.yield(), finish);
}

async function goOn<Context>(
  occupant: Occupant<Context>,
  until: Promise<unknown>,
  finish: () => CoreValue | undefined,
): Promise<CoreValue | undefined> {
  await until;
  if (occupant.ended) return 0;
  try {
    return occupant.meter.bill(finish);
  } catch (error) {
    occupant.failed(error);
    return 0;
  }
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
    const lifted = server.begin(cx, core);
    const value = call(occupant.context, ...lifted.args);
    occupant.meter.hostWorked();
    if (!served.waits || value === undefined || value instanceof AtOnce) {
      server.end(cx, lifted, value instanceof AtOnce ? value.value : value);
      return SUBTASK.returned;
    }
    const subtask = new Subtask(async, () => server.release(cx, lifted));
    const abandoned = served.abandoned as ((result: unknown) => void) | undefined;
    const done = (result: unknown) => {
      if (subtask.resolved) return abandoned?.(result);
      server.lower(cx, lifted, result);
      subtask.resolve(SUBTASK.returned);
    };
    const failed = (reason: unknown) => {
      throw reason;
    };
    (value as Promise<unknown>).then(
      (result) => (async.gone ? abandoned?.(result) : async.arrived(() => done(result))),
      (reason) => async.arrived(() => failed(reason)),
    );
    subtask.index = handles.add(subtask);
    return ((subtask.index << 4) | SUBTASK.started) >>> 0;
  });
}

/** Before a wait of the host's own making for a function whose type is asynchronous. */
export function checkMayBlock({ async }: InstanceState): void {
  if (async.task?.mayBlock !== true) trap('A synchronous task cannot block before it has returned');
}
