// Calling a function whose type is asynchronous, for the host or for another component instance: it may wait,
// and, lifted the asynchronous way, it returns by `task.return` and may go on after that. With a callback it gives
// its stack up whenever it waits, and is called again with what happened; without one it keeps its stack, which
// the engine suspends. Steps 6 and 8 of the request path. Does not know who calls.
// Spec: CanonicalABI.md "canon lift".

import { liftResult, lowerParams, paramsCodec } from '../call-export.ts';
import { type CoreValue, codecOf } from '../codec.ts';
import type { ResourceHome } from '../codec-resource.ts';
import type { LiftLowerContext } from '../context.ts';
import type { CanonOptions } from '../link-plan.ts';
import { Trap, trap } from '../trap.ts';
import type { FuncType } from '../types.ts';
import { Task, type TaskParts } from './task.ts';
import type { Thread } from './thread.ts';
import { typeKey } from './type-key.ts';
import { EVENT, type Event, WaitableSet } from './waitable.ts';

/** What an instance supplies for one function. */
export interface TaskBinding {
  readonly cx: LiftLowerContext;
  readonly options: CanonOptions;
  /** The core function, its callback and its post-return function where it has one. Any may suspend. */
  run(args: readonly CoreValue[]): Promise<CoreValue | undefined>;
  readonly callback: ((event: Event) => Promise<CoreValue | undefined>) | null;
  readonly postReturn: ((result: CoreValue | undefined) => Promise<void>) | null;
  /** Work of the host for the guest. */
  bill<T>(work: () => T): T;
  /** The stack has given way to others. */
  blocked(): void;
  /** Other requests have their turn. */
  yield(): Promise<unknown>;
  /** Whether the guest may still run. */
  mayGoOn(): boolean;
}

export interface LiftedTask {
  /** The task of one call. */
  task(options: CanonOptions, resolved: TaskParts['resolved']): Task;
  /** Resolves when it is over. `start` gives the arguments once it may begin. */
  run(binding: TaskBinding, thread: Thread, start: () => readonly unknown[]): Promise<void>;
}

const CALLBACK = { exit: 0, yield: 1, wait: 2 } as const;

/** After so many events in a row that were there at once, others have their turn. */
const EVENTS_AT_ONCE_MAX = 16;

/** For all functions of this type. */
export function liftedTask(type: FuncType, homes: readonly ResourceHome[]): LiftedTask {
  const params = paramsCodec(type, homes);
  const result = type.result === null ? null : codecOf(type.result, homes);
  const resultKey = typeKey(type.result);
  return {
    task({ async, ...options }, resolved) {
      return new Task({
        mayBlock: true,
        isExclusive: async === undefined || async.callback !== null,
        returns: async === undefined ? null : { resultKey, options },
        resolved,
      });
    },
    async run(binding, thread, start) {
      const { cx, callback } = binding;
      const { task, state } = thread;
      if (await entered(state.async.enter(thread), binding)) return;
      const args = binding.bill(() => {
        task.start();
        return within(cx, thread, () => lowerParams(cx, params, start()));
      });
      const core = await binding.run(args);
      if (task.returns === null) {
        binding.bill(() => task.return(result === null ? undefined : liftResult(cx, result, core)));
        await cleanUp(binding, core);
      } else if (callback !== null) await callBack(binding, callback, thread, core as number);
      if (task.isExclusive) state.async.leaveExclusive();
      if (!task.isResolved) trap('A task ended without a result');
    },
  };
}

async function entered(waited: boolean | Promise<boolean>, binding: TaskBinding): Promise<boolean> {
  if (!(waited instanceof Promise)) return waited;
  binding.blocked();
  const cancelled = await waited;
  checkGoesOn(binding);
  return cancelled;
}

/** What is lowered is borrowed by this task, whoever else of this function is under way. */
function within<T>(cx: LiftLowerContext, { task }: Thread, work: () => T): T {
  const outer = cx.scope;
  cx.scope = task.scope;
  const value = work();
  cx.scope = outer;
  return value;
}

async function cleanUp({ cx, postReturn }: TaskBinding, core: CoreValue | undefined): Promise<void> {
  if (postReturn === null) return;
  cx.instance.mayLeave = false;
  await postReturn(core);
  cx.instance.mayLeave = true;
}

type Callback = NonNullable<TaskBinding['callback']>;

async function callBack(binding: TaskBinding, callback: Callback, thread: Thread, first: number) {
  const instance = thread.state.async;
  let atOnce = 0;
  let packed = first;
  for (let code = packed & 0xf; code !== CALLBACK.exit; code = packed & 0xf) {
    if (code !== CALLBACK.yield && code !== CALLBACK.wait) trap(`Unknown callback code ${code}`);
    const set = code === CALLBACK.wait ? setOf(thread, packed >>> 4) : null;
    instance.leaveExclusive();
    const options = { wantsExclusive: true, isCancellable: true };
    const waiting = binding.bill(() => set?.wait(instance, options) ?? instance.store.yield(options));
    atOnce = waiting instanceof Promise ? 0 : atOnce + 1;
    const cancelled = await entered(waiting, binding);
    instance.exclusive = thread;
    if (set === null || atOnce > EVENTS_AT_ONCE_MAX) {
      atOnce = 0;
      await binding.yield();
      checkGoesOn(binding);
    }
    packed = (await callback(eventOf(set, cancelled))) as number;
  }
}

function setOf({ state: { handles } }: Thread, index: number): WaitableSet {
  return handles.entry(index, WaitableSet, 'waitable set');
}

function eventOf(set: WaitableSet | null, cancelled: boolean): Event {
  if (cancelled) return [EVENT.taskCancelled, 0, 0];
  if (set === null) return [EVENT.none, 0, 0];
  return set.takeEvent() ?? trap('There is no event to deliver');
}

function checkGoesOn(binding: TaskBinding): void {
  if (!binding.mayGoOn()) throw new Trap('The request is over');
}
