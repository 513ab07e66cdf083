// Calls of asynchronous functions from one component instance of a slot to another: the callee gets a stack of its
// own, which runs until it waits or is over while the caller's is suspended. Then the caller, if it has called
// the asynchronous way, is told how far it is; else it waits. Values go from one memory into the
// other when the callee begins and when it returns. Step 8 of the request path.
// Spec: CanonicalABI.md "canon lower" of a "canon lift", async.

import type { BuiltinResult } from '../abi/canonical/async/builtins.ts';
import { SUBTASK, Subtask } from '../abi/canonical/async/subtask.ts';
import { Thread } from '../abi/canonical/async/thread.ts';
import type { CoreValue } from '../abi/canonical/codec.ts';
import type { InstanceState } from '../abi/canonical/context.ts';
import type { LiftedCall } from '../abi/canonical/serve-import.ts';
import { trap } from '../abi/canonical/trap.ts';
import { suspending } from './bind-async.ts';
import type { SlotView } from './bind-imports.ts';
import type { TaskCallService } from './service.ts';

export function bindTaskCall<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  { server, options, callee, lifted: index, task: lifted }: TaskCallService,
): WebAssembly.ImportValue {
  const inside = slot.guest.states[callee.options.instance] as InstanceState;
  const call = (core: readonly CoreValue[]): BuiltinResult => {
    if (!state.stack.maySuspend)
      trap('An asynchronous function of another component was called from a start function');
    const { store } = state.async;
    const cx = slot.contextOf(options);
    let values: LiftedCall | null = null;
    let result: CoreValue | undefined;
    const subtask: Subtask = new Subtask(state.async, SUBTASK.starting, {
      delivered: () => {
        if (values !== null) server.release(cx, values);
      },
      cancel: () => store.cancel(thread),
    });
    const task = lifted.task(callee.options, (returned) => {
      if (returned !== null) result = server.lower(cx, values as LiftedCall, returned.value);
      subtask.reach(stateAfter(subtask.state, returned !== null));
    });
    const thread = new Thread(inside, task);
    const start = () => {
      values = server.begin(cx, core);
      subtask.reach(SUBTASK.started);
      return values.args;
    };
    const until = store.call(thread, () => lifted.run(slot.taskBinding(index), thread, start));
    const background = (): CoreValue => {
      if (subtask.resolved) {
        subtask.deliver();
        return subtask.state;
      }
      subtask.index = state.handles.add(subtask);
      return ((subtask.index << 4) | subtask.state) >>> 0;
    };
    const returned = () => {
      subtask.waited();
      subtask.deliver();
      return result;
    };
    const wait = (): BuiltinResult => {
      const waited = subtask.waitAlone(() => subtask.resolved);
      return waited instanceof Promise ? { until: waited, why: 'waits', finish: returned } : returned();
    };
    return { until, why: 'calls', finish: options.async === undefined ? wait : background };
  };
  return suspending(slot, state, (_, ...core) => call(core), 'crosses');
}

function stateAfter(state: number, returned: boolean): number {
  if (returned) return SUBTASK.returned;
  return state === SUBTASK.starting ? SUBTASK.cancelledBeforeStarted : SUBTASK.cancelledBeforeReturned;
}
