// What the built-ins of the asynchronous ABI do, as closures made once per definition when a
// version is linked. Those that may have to wait say for what and how to go on.
// Step 8 of the request path. Does not know stacks, slots or requests.
// Spec: CanonicalABI.md "Canonical Definitions".

import type { CoreValue } from '../codec.ts';
import type { ResourceHome } from '../codec-resource.ts';
import type { InstanceState, LiftLowerContext } from '../context.ts';
import type { CanonOptions, LinkPlan } from '../link-plan.ts';
import { loadString, storeString } from '../strings.ts';
import { trap } from '../trap.ts';
import type { AsyncBuiltin, SimpleBuiltin } from './builtin.ts';
import { endBuiltin } from './end-builtins.ts';
import { ErrorContext } from './error-context.ts';
import { Subtask } from './subtask.ts';
import { taskReturn } from './task-return.ts';
import { BLOCKED, EVENT, type Event, Waitable, WaitableSet } from './waitable.ts';

/** The instance that a built-in is called by. */
export interface BuiltinCaller {
  readonly state: InstanceState;
  contextOf(options: CanonOptions): LiftLowerContext;
}

/** The guest's stack has to be suspended. */
export interface Suspension {
  /** Resolves when it is its turn again; true: its task shall give up. */
  readonly until: Promise<boolean>;
  /** Why: it waits for something, it has called another component instance, or others shall have their turn. */
  readonly why: 'waits' | 'calls' | 'yields';
  /** What comes of it once the guest may go on. */
  finish(cancelled: boolean): BuiltinResult;
}

export type BuiltinResult = CoreValue | undefined | Suspension;

export interface Builtin {
  /** True: may give a `Suspension`. */
  readonly waits: boolean;
  /** Neither calls out nor changes handles: may also be called where leaving is forbidden. */
  readonly stays: boolean;
  run(caller: BuiltinCaller, core: readonly CoreValue[]): BuiltinResult;
}

export function builtinOf(builtin: AsyncBuiltin, plan: LinkPlan, homes: readonly ResourceHome[]): Builtin {
  switch (builtin.kind) {
    case 'task.return':
      return plain(taskReturn(builtin, plan.payloads[builtin.payload] ?? null, homes));
    case 'context.get':
      return {
        ...plain(({ state }) => state.async.store.current.storage[builtin.index as 0 | 1]),
        stays: true,
      };
    case 'context.set':
      return {
        ...plain(({ state }, [value]) => {
          state.async.store.current.storage[builtin.index as 0 | 1] = value as number;
          return undefined;
        }),
        stays: true,
      };
    case 'thread.yield':
      return { waits: true, stays: false, run: (caller) => yields(caller, builtin.cancellable) };
    case 'subtask.cancel':
      return {
        waits: true,
        stays: false,
        run: (caller, [index]) => cancelSubtask(caller, u32(index), builtin.async),
      };
    case 'waitable-set.wait':
      return { waits: true, stays: false, run: (caller, core) => waitFor(caller, core, builtin) };
    case 'waitable-set.poll':
      return plain((caller, core) => poll(caller, core, builtin));
    case 'end.new':
    case 'end.copy':
    case 'end.cancel':
    case 'end.drop':
      return endBuiltin(builtin, plan.payloads[builtin.payload] ?? null, homes);
    case 'error-context.new':
      return plain((caller, [ptr, length]) => {
        const message = loadString(caller.contextOf(builtin.options), u32(ptr), u32(length));
        return caller.state.handles.add(new ErrorContext(message));
      });
    case 'error-context.debug-message':
      return plain((caller, [index, ptr]) => debugMessage(caller, u32(index), u32(ptr), builtin.options));
    default:
      return {
        ...plain((caller, [first, second]) => SIMPLE[builtin.kind](caller, u32(first), u32(second))),
        stays: builtin.kind.startsWith('backpressure.'),
      };
  }
}

function plain(run: Builtin['run']): Builtin {
  return { waits: false, stays: false, run };
}

function u32(core: CoreValue | undefined): number {
  return ((core ?? 0) as number) >>> 0;
}

const SIMPLE: Record<
  SimpleBuiltin,
  (caller: BuiltinCaller, first: number, second: number) => CoreValue | undefined
> = {
  'task.cancel': ({ state }) => {
    const { task } = state.async.store.current;
    if (task.returns === null) trap('This task is lifted the synchronous way and cannot be cancelled');
    return task.cancel() as undefined;
  },
  'backpressure.inc': ({ state }) => void state.async.addBackpressure(1),
  'backpressure.dec': ({ state }) => void state.async.addBackpressure(-1),
  'subtask.drop': ({ state }, index) =>
    state.handles.takeEntry(index, Subtask, 'subtask').drop() as undefined,
  'waitable-set.new': ({ state }) => state.handles.add(new WaitableSet()),
  'waitable-set.drop': ({ state }, index) => setOf(state, index, true).checkUnused() as undefined,
  'waitable.join': ({ state }, index, set) =>
    state.handles.entry(index, Waitable, 'waitable').join(set === 0 ? null : setOf(state, set)) as undefined,
  'error-context.drop': ({ state }, index) =>
    void state.handles.takeEntry(index, ErrorContext, 'error context'),
};

function setOf({ handles }: InstanceState, index: number, take = false): WaitableSet {
  return take
    ? handles.takeEntry(index, WaitableSet, 'waitable set')
    : handles.entry(index, WaitableSet, 'waitable set');
}

type SetWait = Extract<AsyncBuiltin, { kind: 'waitable-set.wait' | 'waitable-set.poll' }>;

function waitFor(caller: BuiltinCaller, [index, ptr]: readonly CoreValue[], builtin: SetWait): BuiltinResult {
  const { state } = caller;
  const set = setOf(state, u32(index));
  const finish = (cancelled: boolean) =>
    tell(caller, builtin.options, u32(ptr), cancelled ? CANCELLED : set.takeEvent());
  const until = set.wait(state.async, { isCancellable: builtin.cancellable });
  return until instanceof Promise ? { until, why: 'waits', finish } : finish(until);
}

const CANCELLED: Event = [EVENT.taskCancelled, 0, 0];

function poll(caller: BuiltinCaller, [index, ptr]: readonly CoreValue[], builtin: SetWait): CoreValue {
  const { store } = caller.state.async;
  const set = setOf(caller.state, u32(index));
  store.settle();
  const cancelled = builtin.cancellable && store.current.task.takeCancellation();
  return tell(caller, builtin.options, u32(ptr), cancelled ? CANCELLED : set.takeEvent());
}

/** Within a synchronous function only other requests have their turn. */
function yields({ state: { async } }: BuiltinCaller, isCancellable: boolean): BuiltinResult {
  const { store } = async;
  const finish = (cancelled: boolean) => Number(cancelled);
  const until = store.current.task.mayBlock ? store.yield({ isCancellable }) : Promise.resolve(false);
  return until instanceof Promise ? { until, why: 'yields', finish } : finish(until);
}

function tell(caller: BuiltinCaller, options: CanonOptions, ptr: number, event: Event | null): number {
  const [code, index, payload] = event ?? [EVENT.none, 0, 0];
  const { memory } = caller.contextOf(options);
  memory.check(ptr, 8, 4);
  memory.view.setUint32(ptr, index, true);
  memory.view.setUint32(ptr + 4, payload, true);
  return code;
}

function cancelSubtask({ state }: BuiltinCaller, index: number, async: boolean): BuiltinResult {
  const subtask = state.handles.entry(index, Subtask, 'subtask');
  state.async.store.settle();
  const told = subtask.cancel(async);
  const finish = () => {
    subtask.waited();
    return subtask.takeEvent()[2];
  };
  const look = (): BuiltinResult => {
    if (subtask.resolved) return finish();
    if (async) return BLOCKED;
    const until = subtask.waitAlone(() => subtask.resolved);
    return until instanceof Promise ? { until, why: 'waits', finish } : finish();
  };
  return told === null ? look() : { until: told, why: 'calls', finish: look };
}

function debugMessage(caller: BuiltinCaller, index: number, ptr: number, options: CanonOptions): undefined {
  const cx = caller.contextOf(options);
  const { debugMessage: text } = caller.state.handles.entry(index, ErrorContext, 'error context');
  cx.memory.check(ptr, 8, 4);
  const stored = storeString(cx, text);
  cx.memory.view.setUint32(ptr, stored.ptr, true);
  cx.memory.view.setUint32(ptr + 4, stored.length, true);
}
