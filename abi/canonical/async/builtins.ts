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

/** The guest has to be suspended: until a promise resolves, or until it is its turn again. */
export interface Suspension {
  readonly until: Promise<void> | 'next turn';
  /** What the built-in returns once the guest may go on. */
  finish(): CoreValue | undefined;
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
      return { ...plain(({ state }) => state.async.context[builtin.index as 0 | 1]), stays: true };
    case 'context.set':
      return {
        ...plain(({ state }, [value]) => {
          state.async.context[builtin.index as 0 | 1] = value as number;
          return undefined;
        }),
        stays: true,
      };
    case 'thread.yield':
      return { waits: true, stays: false, run: () => ({ until: 'next turn', finish: () => 0 }) };
    case 'subtask.cancel':
      return plain((caller, [index]) => cancelSubtask(caller, u32(index), builtin.async));
    case 'waitable-set.wait':
      return { waits: true, stays: false, run: (caller, core) => waitFor(caller, core, builtin.options) };
    case 'waitable-set.poll':
      return plain((caller, core) => poll(caller, core, builtin.options));
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
  'task.cancel': () => trap('A task that nobody cancelled cannot confirm that'),
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

function waitFor(caller: BuiltinCaller, [index, ptr]: readonly CoreValue[], options: CanonOptions) {
  const { state } = caller;
  const set = setOf(state, u32(index));
  const finish = () => {
    set.waiters -= 1;
    return tell(caller, options, u32(ptr), set.takeEvent());
  };
  set.waiters += 1;
  const until = state.async.wait(() => set.ready.size > 0);
  return until === null ? finish() : { until, finish };
}

function poll(caller: BuiltinCaller, [index, ptr]: readonly CoreValue[], options: CanonOptions): CoreValue {
  const set = setOf(caller.state, u32(index));
  caller.state.async.settle();
  return tell(caller, options, u32(ptr), set.takeEvent());
}

function tell(caller: BuiltinCaller, options: CanonOptions, ptr: number, event: Event | null): number {
  const [code, index, payload] = event ?? [EVENT.none, 0, 0];
  const { memory } = caller.contextOf(options);
  memory.check(ptr, 8, 4);
  memory.view.setUint32(ptr, index, true);
  memory.view.setUint32(ptr + 4, payload, true);
  return code;
}

function cancelSubtask({ state }: BuiltinCaller, index: number, async: boolean): number {
  const subtask = state.handles.entry(index, Subtask, 'subtask');
  state.async.settle();
  subtask.cancel(async);
  return subtask.hasEvent ? subtask.takeEvent()[2] : BLOCKED;
}

function debugMessage(caller: BuiltinCaller, index: number, ptr: number, options: CanonOptions): undefined {
  const cx = caller.contextOf(options);
  const { debugMessage: text } = caller.state.handles.entry(index, ErrorContext, 'error context');
  cx.memory.check(ptr, 8, 4);
  const stored = storeString(cx, text);
  cx.memory.view.setUint32(ptr, stored.ptr, true);
  cx.memory.view.setUint32(ptr + 4, stored.length, true);
}
