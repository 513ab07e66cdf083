// A place for one instance at a time: its handles, its memories, and the host functions that
// its imports are bound to. Step 4 of the request path.
// Every request gets new core instances. What is kept from request to request is what the guest
// cannot reach, and small memories, which are zeroed: RATIONALE.md "Why are memories imported?".
// Does not know HTTP, or why a request ends.

import type { AsyncExportBinding } from '../abi/canonical/async/call-export.ts';
import { AsyncInstance } from '../abi/canonical/async/instance.ts';
import type { Event } from '../abi/canonical/async/waitable.ts';
import type { CoreValue } from '../abi/canonical/codec.ts';
import { type InstanceState, LiftLowerContext } from '../abi/canonical/context.ts';
import { HandleTable } from '../abi/canonical/handles.ts';
import {
  type CanonOptions,
  type CoreFunc,
  MEMORY_IMPORT_MODULE,
  type Step,
} from '../abi/canonical/link-plan.ts';
import { GuestMemory } from '../abi/canonical/memory.ts';
import { trap } from '../abi/canonical/trap.ts';
import {
  CHECKPOINT_EXPORT,
  FUEL_EXPORT,
  GROWTH_REFUSED_EXPORT,
  START_EXPORT,
} from '../toolchain/meter/names.ts';
import { bindImports, type Occupant, type SlotView } from './bind-imports.ts';
import { SHIM } from './import-shim.ts';
import type { LinkedComponent } from './linker.ts';
import type { Fuel } from './meter.ts';
import { SlotMemories } from './slot-memories.ts';

export interface SlotLimits {
  readonly handlesMax: number;
  /** Of each memory; a module that declares less keeps its own. */
  readonly memoryPagesMax: number;
}

type CoreFunction = (...args: CoreValue[]) => CoreValue | undefined;
type Entry = (...args: CoreValue[]) => Promise<CoreValue | undefined>;
type Exports = WebAssembly.Instance['exports'];

export class Slot<Context> implements SlotView<Context> {
  readonly component: LinkedComponent<Context>;
  readonly state: InstanceState;
  readonly #contexts = new Map<CanonOptions, LiftLowerContext>();
  readonly #shim: Exports;
  #occupant: Occupant<Context> | null = null;
  #instances: Exports[] = [];
  readonly #memories: SlotMemories;
  #fuels: (Fuel | undefined)[] = [];
  /** Of the present core instances that grow memories. */
  #refusals: WebAssembly.Global[] = [];
  readonly #memoryPagesMax: number;
  /** The exports, as the host calls them: through the shim, and suspendable. */
  readonly #entries: readonly Entry[];
  /** Their post-return functions in the same way; null where there is none. */
  readonly #cleanUps: readonly (Entry | null)[];
  /** Their callbacks in the same way. */
  readonly #callbacks: readonly (Entry | null)[];

  constructor(component: LinkedComponent<Context>, limits: SlotLimits) {
    this.component = component;
    this.#memoryPagesMax = limits.memoryPagesMax;
    this.#memories = new SlotMemories(component.plan, limits.memoryPagesMax);
    this.state = {
      handles: new HandleTable(limits.handlesMax),
      async: new AsyncInstance(() => false),
      mayLeave: true,
      maySuspend: false,
    };
    this.#shim = bindImports(this);
    const { exports } = component;
    const entry = (i: number) => WebAssembly.promising(this.#shim[SHIM.enter(i)] as CoreFunction);
    this.#entries = exports.map((_, i) => entry(i));
    this.#cleanUps = exports.map(({ definition: { options } }, i) =>
      options.postReturn === null ? null : entry(exports.length + i),
    );
    this.#callbacks = exports.map(({ definition: { options } }, i) =>
      (options.async?.callback ?? null) === null ? null : entry(2 * exports.length + i),
    );
  }

  get occupant(): Occupant<Context> | null {
    return this.#occupant;
  }

  get fuels(): readonly (Fuel | undefined)[] {
    return this.#fuels;
  }

  /** Linear memory of the present instance, all memories together. */
  get memoryBytes(): number {
    return this.#memories.bytes;
  }

  /** How large a memory would have become, when the last growth of it was refused for our limit; else null. */
  get memoryBytesRefused(): number | null {
    const pages = Math.max(0, ...this.#refusals.map(({ value }) => value as number));
    return pages > this.#memoryPagesMax ? pages * 65_536 : null;
  }

  /**
   * Takes a request in and gives it a fresh instance. Start functions run here, and cannot wait.
   * @throws what ended them, or `RangeError` when no memory can be had.
   */
  enter(occupant: Occupant<Context>): void {
    this.#occupant = occupant;
    this.state.async = new AsyncInstance((work) => bill(occupant, work));
    this.state.mayLeave = true;
    this.state.maySuspend = false;
    for (const step of this.component.plan.steps) this.#instances.push(this.#perform(step));
    const { exports } = this.component;
    exports.forEach(({ definition: { func, options } }, i) => {
      this.#setTarget(i, func);
      if (options.postReturn !== null) this.#setTarget(exports.length + i, options.postReturn);
      const callback = options.async?.callback ?? null;
      if (callback !== null) this.#setTarget(2 * exports.length + i, callback);
    });
  }

  /**
   * Calls an export of the present instance, and resolves when it is over. Rejects with what ended
   * the guest. `returned` is called with the result as soon as there is one.
   */
  async call(
    exportIndex: number,
    args: readonly unknown[],
    returned: (value: unknown) => void = () => {},
  ): Promise<unknown> {
    const linked = this.component.exports[exportIndex] ?? trap(`No export ${exportIndex}`);
    if (linked.kind === 'async') {
      return linked.call(this.#asyncBinding(exportIndex, linked.definition.options, returned), args);
    }
    const { options } = linked.definition;
    const run = this.#entries[exportIndex] as Entry;
    const cleanUp = this.#cleanUps[exportIndex] as Entry;
    const postReturn = async (result?: CoreValue) => {
      this.#occupant?.meter.start();
      await this.#suspendable(() => (result === undefined ? cleanUp() : cleanUp(result)));
    };
    const binding = {
      cx: this.contextOf(options),
      run: (core: readonly CoreValue[]) => this.#suspendable(() => run(...core)),
      postReturn: options.postReturn === null ? null : postReturn,
    };
    const value = await linked.call(binding, args);
    returned(value);
    return value;
  }

  #asyncBinding(
    exportIndex: number,
    options: CanonOptions,
    returned: (value: unknown) => void,
  ): AsyncExportBinding {
    const occupant = this.#occupant ?? trap('Nobody is in this slot');
    const run = this.#entries[exportIndex] as Entry;
    const callback = this.#callbacks[exportIndex] ?? null;
    const goesOn = async (until: Promise<unknown>) => {
      await until;
      return !occupant.ended;
    };
    const callBack = (entry: Entry, event: Event) => {
      occupant.meter.start();
      return this.#suspendable(() => entry(...event));
    };
    return {
      cx: this.contextOf(options),
      options,
      run: (core) => this.#suspendable(() => run(...core)),
      callback: callback === null ? null : (event) => callBack(callback, event),
      suspend: (until) => goesOn(occupant.suspend(until)),
      yield: () => goesOn(occupant.yield()),
      returned,
    };
  }

  /** Guest code below which there is nothing but the engine. After a trap it no longer matters. */
  async #suspendable<Result>(run: () => Promise<Result>): Promise<Result> {
    this.state.maySuspend = true;
    const result = await run();
    this.state.maySuspend = false;
    return result;
  }

  /**
   * Ends the stay: what the guest still held is dropped, its memory is let go. Only once no
   * stack of the guest is left, because an old stack would still live in that memory.
   */
  leave(): void {
    const occupant = this.#occupant ?? trap('Nobody is in this slot');
    this.#instances = [];
    this.#memories.release();
    this.#fuels = [];
    this.#refusals = [];
    for (const cx of this.#contexts.values()) cx.release();
    this.state.async.clear();
    this.state.handles.clear((resource, rep) => {
      const destroyer = this.component.destroyers[resource];
      if (destroyer?.kind === 'host') destroyer.drop?.(occupant.context, rep as never);
    });
    this.#occupant = null;
  }

  /** The context of calls with these options, pointed at the present instance. */
  contextOf(options: CanonOptions): LiftLowerContext {
    let cx = this.#contexts.get(options);
    if (cx === undefined) {
      cx = new LiftLowerContext(options.encoding, this.state);
      this.#contexts.set(options, cx);
    }
    if (!cx.bound) {
      const memory = options.memory && this.#exported(options.memory.instance, options.memory.name);
      const realloc = options.realloc && this.core(options.realloc);
      cx.bind(
        memory && new GuestMemory(memory as WebAssembly.Memory),
        realloc && ((...args) => realloc(...args) as number),
      );
    }
    return cx;
  }

  /** A core function of the plan, of the guest or of the host. */
  core(func: CoreFunc): CoreFunction {
    if (func.kind === 'export') return this.#exported(func.instance, func.name) as CoreFunction;
    return this.#shim[SHIM.import(this.component.serviceIndex.get(func) as number)] as CoreFunction;
  }

  #setTarget(entry: number, func: CoreFunc): void {
    (this.#shim[SHIM.target(entry)] as WebAssembly.Global).value = this.core(func);
  }

  #exported(instance: number, name: string): WebAssembly.ExportValue {
    return this.#instances[instance]?.[name] ?? trap(`The core export ${name} is not there yet`);
  }

  #perform(step: Step): Exports {
    if (step.kind === 'bundle') {
      return Object.fromEntries(
        step.items.map((item) => [
          item.name,
          item.sort === 'func' ? this.core(item.item) : this.#exported(item.item.instance, item.item.name),
        ]),
      );
    }
    const imports: Record<string, Exports> = {};
    for (const arg of step.args) imports[arg.name] = this.#instances[arg.instance] as Exports;
    const memories = this.#memories.take(this.#instances.length, step.module);
    imports[MEMORY_IMPORT_MODULE] = Object.fromEntries(memories.map((memory, i) => [String(i), memory]));
    const module = this.component.modules[step.module] as WebAssembly.Module;
    const { exports } = new WebAssembly.Instance(module, imports);
    this.#startMeter(exports);
    return exports;
  }

  /** The instance whose step is being performed gets its countdown; only then may it run. */
  #startMeter(exports: Exports): void {
    const step = this.#instances.length;
    const fuel = exports[FUEL_EXPORT] as WebAssembly.Global;
    this.#fuels[step] = fuel;
    this.#occupant?.meter.fill(fuel);
    (exports[CHECKPOINT_EXPORT] as WebAssembly.Global).value = this.#shim[SHIM.checkpoint(step)];
    const refusal = exports[GROWTH_REFUSED_EXPORT] as WebAssembly.Global | undefined;
    if (refusal !== undefined) this.#refusals.push(refusal);
    (exports[START_EXPORT] as CoreFunction | undefined)?.();
  }
}

/** Work of the host for a guest that waits. False: it went wrong, and the guest must not go on. */
function bill<Context>(occupant: Occupant<Context>, work: () => void): boolean {
  if (occupant.ended) return false;
  try {
    occupant.meter.bill(work);
    return !occupant.ended;
  } catch (error) {
    occupant.failed(error);
    return false;
  }
}
