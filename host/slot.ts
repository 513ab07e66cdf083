// A place for one instance at a time: its handles, its memories, and the host functions that
// its imports are bound to. Step 4 of the request path.
// With an image, core instances are kept from request to request and put back to it in between;
// without one, every request gets new ones, and what is kept is what the guest cannot reach.
// RATIONALE.md "What is an image?". Does not know HTTP, or why a request ends.

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { TaskBinding } from '../abi/canonical/async/lifted-task.ts';
import { SYNCHRONOUS } from '../abi/canonical/async/task.ts';
import { Thread } from '../abi/canonical/async/thread.ts';
import type { CoreValue } from '../abi/canonical/codec.ts';
import { type InstanceState, LiftLowerContext } from '../abi/canonical/context.ts';
import type { CanonOptions, CoreFunc, LiftedFunction } from '../abi/canonical/link-plan.ts';
import { GuestMemory } from '../abi/canonical/memory.ts';
import { trap } from '../abi/canonical/trap.ts';
import { bindImports, type Occupant, type SlotView } from './bind-imports.ts';
import { ComponentInstances } from './component-instances.ts';
import { type CoreFunction, CoreInstances, type Exports } from './core-instances.ts';
import { type Entry, GuestEntries } from './guest-entries.ts';
import type { Image } from './image.ts';
import { DROP, FUSED, SHIM } from './import-shim.ts';
import type { LinkedComponent } from './linker.ts';
import type { Fuel, Meter } from './meter.ts';
import type { DropService, FusedService } from './service.ts';

export interface SlotLimits {
  readonly handlesMax: number;
  /** Of each memory; a module that declares less keeps its own. */
  readonly memoryPagesMax: number;
}

/** Putting memory back costs 10 to 40 us for each MiB, and then all of it is there; new memory is there when it is touched. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;
const DEAR_BYTES_MIN = 256 * 1024; // putting back less takes no longer than putting it off

export class Slot<Context> implements SlotView<Context> {
  readonly component: LinkedComponent<Context>;
  readonly guest: ComponentInstances;
  /** The services for which the shim knows what to call. */
  readonly #aimed = new Set<number>();
  readonly #contexts = new Map<CanonOptions, LiftLowerContext>();
  readonly #shim: Exports;
  #occupant: Occupant<Context> | null = null;
  readonly #instances: CoreInstances;
  #image: Image | null;
  #isKept = false;
  #visits = 0;
  #isSpent = false;
  #goesOn = false;
  #uses = 0;
  readonly #entries: GuestEntries;

  /** @param image what requests begin with; null: with new instances, initialised on their bill */
  constructor(component: LinkedComponent<Context>, limits: SlotLimits, image: Image | null) {
    this.component = component;
    this.#image = image;
    this.guest = new ComponentInstances(component.plan, limits.handlesMax);
    this.#shim = bindImports(this);
    this.#instances = new CoreInstances({
      component,
      memoryPagesMax: limits.memoryPagesMax,
      image,
      core: (func) => this.core(func),
      checkpoint: (step) => this.#shim[SHIM.checkpoint(step)] as WebAssembly.ExportValue,
    });
    this.#entries = new GuestEntries(component, this.#shim);
  }

  /** What each request begins with; null: with new instances. */
  get image(): Image | null {
    return this.#image;
  }

  get occupant(): Occupant<Context> | null {
    return this.#occupant;
  }

  get fuels(): readonly (Fuel | undefined)[] {
    return this.#instances.fuels;
  }

  /** Linear memory of the present instance, all memories together. */
  get memoryBytes(): number {
    return this.#instances.memoryBytes;
  }

  /** How large a memory would have become, when the last growth of it was refused for our limit; else null. */
  get memoryBytesRefused(): number | null {
    return this.#instances.memoryBytesRefused;
  }

  /** Linear memory that it keeps while nobody is in it. */
  get idleBytes(): number {
    return this.#instances.idleBytes;
  }

  /** Whether it has core instances for the next request. */
  get isKept(): boolean {
    return this.#isKept;
  }

  /** How many requests its present instance has had, the one in it included. */
  get uses(): number {
    return this.#uses;
  }

  /** Whether its last instances could not be put back to the image: a memory had grown. */
  get isSpent(): boolean {
    return this.#isSpent;
  }

  /**
   * Takes a request in and gives it an instance in the state of the image, or a fresh one, whose start
   * functions run here and cannot wait.
   * @throws what ended them, or `RangeError` when no memory can be had.
   */
  enter(occupant: Occupant<Context>): void {
    this.#visits += 1;
    this.#occupant = occupant;
    this.guest.begin(
      (work) => bill(occupant, work),
      () => occupant.meter.tellTime(),
    );
    this.#uses = this.#goesOn ? this.#uses + 1 : 1;
    if (this.#goesOn) this.#goOn(occupant);
    else if (this.#isKept) this.#instances.begin();
    else this.#make(occupant);
  }

  #goOn({ context }: Occupant<Context>): void {
    this.guest.renew(context);
    this.#instances.goOn();
  }

  #make({ meter }: Occupant<Context>): void {
    this.#instances.make(meter);
    this.#entries.aim((func) => this.core(func));
  }

  /**
   * From now on every request begins with the state of the present instance, which was initialised.
   * @returns in words why it could not be put back to that; null when it can
   */
  takeImage(): string | null {
    if (this.guest.holdHandles) return 'It holds handles once it is initialised';
    this.#image = this.#instances.takeImage();
    return this.#image === null ? 'A global of it is not a number (NaN) once it is initialised' : null;
  }

  /**
   * Calls an export of the present instance, and resolves when nothing of it can go on: when it is over, and
   * whatever it has begun in other component instances too. Rejects with what ended the guest. `returned` is called
   * with the result as soon as there is one.
   */
  async call(
    exportIndex: number,
    args: readonly unknown[],
    returned: ((value: unknown) => void) | null,
  ): Promise<void> {
    const { store } = this.guest;
    try {
      await this.#run(exportIndex, args, returned);
    } catch (error) {
      store.fail(error);
    }
    if (store.live > 0) await store.quiet();
    if (store.failure !== undefined) throw store.failure;
  }

  async #run(index: number, args: readonly unknown[], returned: ((value: unknown) => void) | null) {
    const linked = this.component.exports[index] ?? trap(`No export ${index}`);
    const { options } = linked.definition;
    const { store, states } = this.guest;
    const task =
      linked.kind === 'sync'
        ? SYNCHRONOUS
        : linked.task.task(options, (result) => result !== null && returned?.(result.value));
    const thread = new Thread(states[options.instance] as InstanceState, task);
    store.begin(thread);
    try {
      const binding = this.taskBinding(index);
      if (linked.kind === 'async') await linked.task.run(binding, thread, () => args);
      else {
        const value = await linked.call(binding, args);
        returned?.(value);
      }
    } finally {
      store.end(thread);
    }
  }

  /** True: stacks of other tasks are left, which end now; `over` is called when they are gone. */
  unwinds(over: () => void): boolean {
    const { store } = this.guest;
    if (store.live === 0) return false;
    store.abort();
    void store.quiet().then(over);
    return true;
  }

  taskBinding(index: number): TaskBinding {
    const occupant = this.#occupant ?? trap('Nobody is in this slot');
    const { options } = this.component.lifted[index] as LiftedFunction;
    const run = this.#entries.run(index);
    const callback = this.#entries.callback(index);
    const cleanUp = options.postReturn === null ? null : this.#entries.postReturn(index);
    const enter = (entry: Entry, core: readonly CoreValue[]) => {
      occupant.meter.start();
      return this.#suspendable(entry, core);
    };
    return {
      cx: this.contextOf(options),
      options,
      run: (core) => enter(run, core),
      callback: callback === null ? null : (event) => enter(callback, event),
      postReturn:
        cleanUp === null
          ? null
          : async (result) => void (await enter(cleanUp, result === undefined ? [] : [result])),
      bill: (work) => occupant.meter.bill(work),
      blocked: () => occupant.blocked(),
      yield: () => occupant.yield(),
      mayGoOn: () => !occupant.ended && !this.guest.store.ended,
    };
  }

  /** Guest code below which there is nothing but the engine, until the shim says that it is done. */
  #suspendable(run: Entry, args: readonly CoreValue[]): Promise<CoreValue | undefined> {
    this.guest.stack.maySuspend = true;
    return run(...args);
  }

  /**
   * Ends the stay: what the guest still held is dropped, and its instances are let go unless they can be
   * put back to the image. Only once no stack of the guest is left: it would still live in them.
   * @param mayGoOn the next request may have them as they are, unless handles are left that would mean nothing to it
   */
  leave(mayGoOn = false): void {
    const occupant = this.#occupant ?? trap('Nobody is in this slot');
    const { fits } = this.#instances;
    this.#goesOn = mayGoOn && !this.guest.store.ended && this.guest.holdLastingOnly;
    this.#isSpent = !this.#goesOn && this.#image !== null && !fits;
    this.#isKept = this.#goesOn || (fits && this.memoryBytes <= KEPT_BYTES_MAX);
    if (!this.#isKept) {
      this.#instances.letGo();
      this.#aimed.clear();
    }
    for (const cx of this.#contexts.values()) {
      if (this.#isKept) cx.rest();
      else cx.release();
    }
    this.guest.end((resource, rep) => {
      this.component.destroyers[resource]?.drop?.(occupant.context, rep as never);
    }, this.#goesOn);
    this.#occupant = null;
  }

  /** Whether putting it back is so dear that it should be done before the next request wants it. */
  get isDear(): boolean {
    return this.#isKept && !this.#goesOn && this.memoryBytes >= DEAR_BYTES_MIN;
  }

  /** Once the answer of the last request is on its way, on its bill, unless the next one is in it by then. */
  async restoreSoon(meter: Meter): Promise<void> {
    const visits = this.#visits;
    await nextTurn();
    if (this.#visits === visits) meter.bill(() => this.#instances.restore());
  }

  /** The context of calls with these options, pointed at the present instance. */
  contextOf(options: CanonOptions): LiftLowerContext {
    let cx = this.#contexts.get(options);
    if (cx === undefined) {
      cx = new LiftLowerContext(options.encoding, this.guest.states[options.instance] as InstanceState);
      this.#contexts.set(options, cx);
    }
    if (!cx.bound) {
      const memory = options.memory && this.#instances.exported(options.memory.instance, options.memory.name);
      const realloc = options.realloc && this.core(options.realloc);
      cx.bind(
        memory && new GuestMemory(memory as WebAssembly.Memory),
        realloc && ((...args) => realloc(...args) as number),
      );
    }
    return cx;
  }

  aim(service: number): void {
    if (this.#aimed.has(service)) return;
    const one = this.component.services[service] as FusedService | DropService;
    const point = (global: string, func: CoreFunc | null | undefined) => {
      if (func) (this.#shim[global] as WebAssembly.Global).value = this.core(func);
    };
    if (one.kind === 'drop') point(DROP.dtor(service), one.dtor?.func);
    else {
      point(FUSED.callee(service), one.callee.func);
      point(FUSED.postReturn(service), one.callee.options.postReturn);
    }
    this.#aimed.add(service);
  }

  /** A core function of the plan, of the guest or of the host. */
  core(func: CoreFunc): CoreFunction {
    if (func.kind === 'export') return this.#instances.exported(func.instance, func.name) as CoreFunction;
    return this.#shim[SHIM.import(this.component.serviceIndex.get(func) as number)] as CoreFunction;
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
