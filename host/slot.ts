// A place for one instance at a time: the host functions that its imports are bound to, its
// handles, its memories. Step 4 of the request path. The functions are made once per slot and
// look up the slot's occupant at every call, so a request only swaps the occupant in.
// At present every request gets new core instances with new memories; what is kept from
// request to request is only what the guest cannot reach.
// Does not know HTTP, or why a request ends.

import type { CoreValue } from '../abi/canonical/codec.ts';
import { type InstanceState, LiftLowerContext } from '../abi/canonical/context.ts';
import { HandleTable } from '../abi/canonical/handles.ts';
import type { CanonOptions, CoreFunc, ExportedFunction, Step } from '../abi/canonical/link-plan.ts';
import { MEMORY_IMPORT_MODULE } from '../abi/canonical/link-plan.ts';
import { GuestMemory } from '../abi/canonical/memory.ts';
import { Trap, trap } from '../abi/canonical/trap.ts';
import { SHIM_IMPORTS } from './import-shim.ts';
import type { HostCoreFunc, LinkedComponent, Service } from './linker.ts';

/** The request in a slot, as far as the slot has to know it. */
export interface Occupant<Context> {
  readonly context: Context;
  /** True: the guest must not run any more. Asked at every import and after every wait. */
  readonly ended: boolean;
  /** An import was called. */
  entered(): void;
  /**
   * The guest waits for `work`. Resolves with its value, or with anything at all once the
   * request has ended, and rejects only when `work` does.
   */
  suspend(work: Promise<unknown>): Promise<unknown>;
  /** The guest's code is about to run again. */
  resumed(): void;
  /** The guest is about to trap for this reason. */
  failed(reason: unknown): void;
}

export interface SlotLimits {
  readonly handlesMax: number;
  /** Of each memory; a module that declares less keeps its own. */
  readonly memoryPagesMax: number;
}

type AnyFunction = (...args: CoreValue[]) => CoreValue | undefined;
type Exports = Readonly<Record<string, WebAssembly.ExportValue>>;

export class Slot<Context> {
  readonly #component: LinkedComponent<Context>;
  readonly #limits: SlotLimits;
  readonly #state: InstanceState;
  readonly #contexts = new Map<CanonOptions, LiftLowerContext>();
  readonly #imports: Exports;
  #occupant: Occupant<Context> | null = null;
  #instances: Exports[] = [];
  #memories: WebAssembly.Memory[] = [];

  constructor(component: LinkedComponent<Context>, limits: SlotLimits) {
    this.#component = component;
    this.#limits = limits;
    this.#state = { handles: new HandleTable(limits.handlesMax), mayLeave: true };
    const functions = component.services.map((service, i) => [String(i), this.#bind(service)]);
    const resume = () => {
      const occupant = this.#current();
      if (occupant.ended) return 1;
      occupant.resumed();
      return 0;
    };
    this.#imports = new WebAssembly.Instance(component.shim, {
      [SHIM_IMPORTS]: { ...Object.fromEntries(functions), resume },
    }).exports;
  }

  /** Linear memory of the present instance, all memories together. */
  get memoryBytes(): number {
    return this.#memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  }

  get handlesLive(): number {
    return this.#state.handles.live;
  }

  /**
   * Takes a request in and gives it a fresh instance. Start functions run here, and cannot wait.
   * @throws what ended them, or `RangeError` when no memory can be had.
   */
  enter(occupant: Occupant<Context>): void {
    this.#occupant = occupant;
    this.#state.mayLeave = true;
    for (const step of this.#component.plan.steps) this.#instances.push(this.#perform(step));
  }

  /** Calls an export of the present instance. Rejects with what ended the guest. */
  async call(index: number, args: readonly unknown[]): Promise<unknown> {
    const linked = this.#component.exports[index] ?? trap(`No export ${index}`);
    const { func, options } = linked.definition satisfies ExportedFunction;
    const run = WebAssembly.promising(this.#core(func));
    const postReturn = options.postReturn === null ? null : this.#core(options.postReturn);
    const binding = {
      cx: this.#context(options),
      run: (core: readonly CoreValue[]) => run(...core),
      postReturn:
        postReturn &&
        ((result: CoreValue | undefined) => {
          postReturn(...(result === undefined ? [] : [result]));
        }),
    };
    return linked.call(binding, args);
  }

  /**
   * Ends the stay: what the guest still held is dropped, its memory is let go. Only once no
   * stack of the guest is left, because an old stack would still live in that memory.
   */
  leave(): void {
    const occupant = this.#current();
    this.#instances = [];
    this.#memories = [];
    for (const cx of this.#contexts.values()) cx.release();
    this.#state.handles.clear((resource, rep) => {
      const destroyer = this.#component.destroyers[resource];
      if (destroyer?.kind === 'host') destroyer.drop?.(occupant.context, rep as never);
    });
    this.#occupant = null;
  }

  #current(): Occupant<Context> {
    return this.#occupant ?? trap('The request that this instance served is over');
  }

  // --- instantiation -------------------------------------------------------------------

  #perform(step: Step): Exports {
    if (step.kind === 'bundle') {
      return Object.fromEntries(
        step.items.map((item) => [
          item.name,
          item.sort === 'func' ? this.#core(item.item) : this.#exported(item.item.instance, item.item.name),
        ]),
      );
    }
    const imports: Record<string, Exports> = {};
    for (const arg of step.args) imports[arg.name] = this.#instances[arg.instance] as Exports;
    imports[MEMORY_IMPORT_MODULE] = this.#newMemories(step.module);
    const module = this.#component.modules[step.module] as WebAssembly.Module;
    return new WebAssembly.Instance(module, imports).exports;
  }

  #newMemories(module: number): Exports {
    const shapes = this.#component.plan.modules[module]?.memories ?? [];
    const made = shapes.map(({ pagesMin, pagesMax }) => {
      const maximum = Math.min(pagesMax ?? Number.POSITIVE_INFINITY, this.#limits.memoryPagesMax);
      return new WebAssembly.Memory({ initial: pagesMin, maximum });
    });
    this.#memories.push(...made);
    return Object.fromEntries(made.map((memory, i) => [String(i), memory]));
  }

  #exported(instance: number, name: string): WebAssembly.ExportValue {
    return this.#instances[instance]?.[name] ?? trap(`Core export ${name} is not there yet`);
  }

  #core(func: CoreFunc): AnyFunction {
    if (func.kind === 'export') return this.#exported(func.instance, func.name) as AnyFunction;
    const index = this.#component.serviceIndex.get(func as HostCoreFunc);
    return this.#imports[String(index)] as AnyFunction;
  }

  /** The context of calls with these options, pointed at the present instance. */
  #context(options: CanonOptions): LiftLowerContext {
    let cx = this.#contexts.get(options);
    if (cx === undefined) {
      cx = new LiftLowerContext(options.encoding, this.#state);
      this.#contexts.set(options, cx);
    }
    if (!cx.bound) {
      const memory = options.memory && this.#exported(options.memory.instance, options.memory.name);
      const realloc = options.realloc && this.#core(options.realloc);
      cx.bind(
        memory && new GuestMemory(memory as WebAssembly.Memory),
        realloc && ((...args) => realloc(...args) as number),
      );
    }
    return cx;
  }

  // --- host functions ------------------------------------------------------------------

  #bind(service: Service<Context>): WebAssembly.ImportValue {
    switch (service.kind) {
      case 'call':
        return service.function.waits ? this.#bindWaiting(service) : this.#bindPlain(service);
      case 'new':
        return this.#guarded((_, rep) => this.#state.handles.own(service.resource, rep));
      case 'rep':
        return this.#guarded(
          (_, handle) => this.#state.handles.rep(handle >>> 0, service.resource) as number,
        );
      case 'drop':
        return this.#guarded((occupant, handle) => this.#drop(occupant, handle >>> 0, service.resource));
    }
  }

  #bindPlain(service: Service<Context> & { kind: 'call' }): WebAssembly.ImportValue {
    const { server, options } = service;
    const call = service.function.call as (context: Context, ...args: unknown[]) => unknown;
    return (...core: CoreValue[]) => {
      const occupant = this.#enterImport();
      try {
        const cx = this.#context(options);
        const lifted = server.begin(cx, core);
        return server.end(cx, lifted, call(occupant.context, ...lifted.args));
      } catch (error) {
        occupant.failed(error);
        throw error;
      }
    };
  }

  #bindWaiting(service: Service<Context> & { kind: 'call' }): WebAssembly.ImportValue {
    const { server, options, returnsI64 } = service;
    const call = service.function.call as (context: Context, ...args: unknown[]) => Promise<unknown>;
    return new WebAssembly.Suspending(async (...core: CoreValue[]) => {
      const occupant = this.#enterImport();
      // What is returned after a failure is never seen: the shim traps before that.
      const nothing = returnsI64 ? 0n : 0;
      try {
        const cx = this.#context(options);
        const lifted = server.begin(cx, core);
        const value = await occupant.suspend(call(occupant.context, ...lifted.args));
        return occupant.ended ? nothing : server.end(cx, lifted, value);
      } catch (error) {
        occupant.failed(error);
        return nothing;
      }
    });
  }

  #guarded(work: (occupant: Occupant<Context>, arg: number) => number | undefined): WebAssembly.ImportValue {
    return (arg: number) => {
      const occupant = this.#enterImport();
      try {
        return work(occupant, arg);
      } catch (error) {
        occupant.failed(error);
        throw error;
      }
    };
  }

  #enterImport(): Occupant<Context> {
    const occupant = this.#current();
    if (occupant.ended) throw new Trap('The request is over');
    occupant.entered();
    if (!this.#state.mayLeave) {
      const reason = new Trap('An import was called from realloc or post-return');
      occupant.failed(reason);
      throw reason;
    }
    return occupant;
  }

  #drop(occupant: Occupant<Context>, handle: number, resource: number): undefined {
    const dropped = this.#state.handles.drop(handle, resource);
    if (dropped === undefined) return;
    const destroyer = this.#component.destroyers[resource];
    if (destroyer?.kind === 'host') destroyer.drop?.(occupant.context, dropped.rep as never);
    else if (destroyer?.kind === 'guest' && destroyer.dtor !== null) {
      this.#core(destroyer.dtor)(dropped.rep as number);
    }
  }
}
