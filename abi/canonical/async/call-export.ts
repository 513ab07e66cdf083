// Calling a function that the guest exports the asynchronous way: it returns by `task.return` and
// may go on after that. With a callback it gives its stack up whenever it waits, and is called
// again with what happened; without one it keeps its stack, which the engine suspends.
// Step 6 of the request path. One call at a time per instance.
// Spec: CanonicalABI.md "canon lift", async.

import { lowerParams, paramsCodec } from '../call-export.ts';
import type { CoreValue } from '../codec.ts';
import type { ResourceHome } from '../codec-resource.ts';
import type { LiftLowerContext } from '../context.ts';
import { BorrowScope } from '../handles.ts';
import type { CanonOptions } from '../link-plan.ts';
import { Trap, trap } from '../trap.ts';
import type { FuncType } from '../types.ts';
import type { TaskReturn } from './instance.ts';
import { typeKey } from './type-key.ts';
import { EVENT, type Event, WaitableSet } from './waitable.ts';

/** What an instance supplies for one function that it exports the asynchronous way. */
export interface AsyncExportBinding {
  readonly cx: LiftLowerContext;
  readonly options: CanonOptions;
  /** The core function, and its callback where it has one. Either may suspend. */
  run(args: readonly CoreValue[]): Promise<CoreValue | undefined>;
  readonly callback: ((event: Event) => Promise<CoreValue | undefined>) | null;
  /** The guest waits. False: it must not run any more. */
  suspend(until: Promise<void>): Promise<boolean>;
  /** Others have their turn. False: it must not run any more. */
  yield(): Promise<boolean>;
  /** Called once with the function's result, while the task goes on. */
  returned(value: unknown): void;
}

export type AsyncExportCaller = (binding: AsyncExportBinding, args: readonly unknown[]) => Promise<void>;

const CALLBACK = { exit: 0, yield: 1, wait: 2 } as const;

/** After so many events in a row that were there at once, others have their turn. */
const EVENTS_AT_ONCE_MAX = 16;

/** Makes the caller of all such functions of this type. It resolves when the task is over. */
export function asyncExportCaller(type: FuncType, homes: readonly ResourceHome[]): AsyncExportCaller {
  const params = paramsCodec(type, homes);
  const resultKey = typeKey(type.result);
  return async (binding, args) => {
    const { cx } = binding;
    const scope = new BorrowScope();
    cx.scope = scope;
    const task = new ReturnOnce(resultKey, binding, scope);
    cx.instance.async.begin({ mayBlock: true, return: task });
    const first = await binding.run(lowerParams(cx, params, args));
    if (binding.callback !== null) await callBack(binding, binding.callback, first as number);
    if (!task.done) trap('A task ended without a result');
  };
}

class ReturnOnce implements TaskReturn {
  readonly resultKey: string;
  readonly #binding: AsyncExportBinding;
  readonly #scope: BorrowScope;
  #done = false;

  constructor(resultKey: string, binding: AsyncExportBinding, scope: BorrowScope) {
    this.resultKey = resultKey;
    this.#binding = binding;
    this.#scope = scope;
  }

  get options(): CanonOptions {
    return this.#binding.options;
  }

  get done(): boolean {
    return this.#done;
  }

  accept(value: unknown): void {
    if (this.#done) trap('A task returned twice');
    if (this.#scope.borrowed > 0)
      trap(`${this.#scope.borrowed} borrowed handles were not dropped before the task returned`);
    this.#done = true;
    this.#binding.returned(value);
  }
}

type Callback = (event: Event) => Promise<CoreValue | undefined>;

async function callBack(binding: AsyncExportBinding, callback: Callback, first: number): Promise<void> {
  let atOnce = 0;
  let packed = first;
  for (let code = packed & 0xf; code !== CALLBACK.exit; code = packed & 0xf) {
    const set = packed >>> 4;
    if (code !== CALLBACK.yield && code !== CALLBACK.wait) trap(`Unknown callback code ${code}`);
    let event: Event = [EVENT.none, 0, 0];
    if (code === CALLBACK.wait) {
      const { waited, happened } = await nextEvent(binding, set);
      atOnce = waited ? 0 : atOnce + 1;
      event = happened;
    }
    if (code === CALLBACK.yield || atOnce > EVENTS_AT_ONCE_MAX) {
      atOnce = 0;
      if (!(await binding.yield())) throw new Trap('The request is over');
    }
    packed = (await callback(event)) as number;
  }
}

async function nextEvent({ cx, suspend }: AsyncExportBinding, index: number) {
  const { handles, async } = cx.instance;
  const set = handles.entry(index, WaitableSet, 'waitable set');
  set.waiters += 1;
  const until = async.wait(() => set.ready.size > 0);
  if (until !== null && !(await suspend(until))) throw new Trap('The request is over');
  set.waiters -= 1;
  return { waited: until !== null, happened: set.takeEvent() ?? trap('There is no event to deliver') };
}
