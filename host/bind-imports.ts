// The host functions of one slot: what the guest's imports really call, behind the shim.
// Step 8 of the request path. Made once per slot; each looks up the slot's occupant when it is
// called, so a request only swaps the occupant in. Whatever goes wrong is told to the occupant
// first and then becomes a trap.
// Spec: CanonicalABI.md "canon lower", "canon resource.{new,drop,rep}".

import type { TaskBinding } from '../abi/canonical/async/lifted-task.ts';
import type { CoreValue } from '../abi/canonical/codec.ts';
import type { InstanceState, LiftLowerContext } from '../abi/canonical/context.ts';
import type { CanonOptions, CoreFunc } from '../abi/canonical/link-plan.ts';
import type { LiftedCall } from '../abi/canonical/serve-import.ts';
import { trap } from '../abi/canonical/trap.ts';
import { AtOnce } from '../abi/host-interface.ts';
import { bindBackground, bindBlocking, bindBuiltin } from './bind-async.ts';
import { bindDrop } from './bind-drop.ts';
import { bindFused } from './bind-fused.ts';
import { bindTaskCall } from './bind-task-call.ts';
import type { ComponentInstances } from './component-instances.ts';
import type { CpuProfile } from './cpu-profile.ts';
import { enterHost, guarded, occupantOf } from './enter-host.ts';
import { SHIM_IMPORTS } from './import-shim.ts';
import type { LinkedComponent } from './linker.ts';
import type { Fuel, Meter, Verdict } from './meter.ts';
import type { DropService, FusedService, Service } from './service.ts';

/** The request in a slot, as far as its imports have to know it. */
export interface Occupant<Context> {
  readonly context: Context;
  /** True: the guest must not run any more. Asked at every import and after every wait. */
  readonly ended: boolean;
  /** Measures what the guest uses; never null while it runs. */
  readonly meter: Meter;
  /** Keeps account of where its CPU time goes, if anybody wants to know. */
  readonly profile: CpuProfile | null;
  /** An import was called. */
  entered(): void;
  /**
   * The guest waits for `work`. Resolves with its value, or with anything at all once the
   * request has ended, and rejects only when `work` does.
   */
  suspend(work: Promise<unknown>): Promise<unknown>;
  /** A stack of the guest waits, until the guest's store lets it go on. */
  blocked(): void;
  /** The guest has had its slice: resolves when it is its turn again. */
  yield(): Promise<void>;
  /** The guest is about to trap for this reason. */
  failed(reason: unknown): void;
}

/** The slot, as its host functions see it. */
export interface SlotView<Context> {
  readonly component: LinkedComponent<Context>;
  readonly guest: ComponentInstances;
  readonly occupant: Occupant<Context> | null;
  /** The countdowns of the present core instances, by step. */
  readonly fuels: readonly (Fuel | undefined)[];
  /** Of all their memories together. */
  readonly memoryBytes: number;
  contextOf(options: CanonOptions): LiftLowerContext;
  /** What the shim calls of the guest for `service` is what the plan says, in the present core instances. */
  aim(service: number): void;
  core(func: CoreFunc): (...args: CoreValue[]) => CoreValue | undefined;
  /** What runs the lifted function of this index. */
  taskBinding(lifted: number): TaskBinding;
}

export type CallService<Context> = Service<Context> & { kind: 'call' };

/** The exports of the slot's own shim. */
export function bindImports<Context>(slot: SlotView<Context>): WebAssembly.Instance['exports'] {
  const { services, shim } = slot.component;
  const functions = services.map((service, i) => {
    if (service.kind === 'fused') return bindFused(slot, service, i);
    return service.kind === 'drop' ? bindDrop(slot, service, i) : { [String(i)]: bind(slot, service) };
  });
  const imports = {
    ...Object.assign({}, ...functions),
    resume: () => resume(slot),
    check: (step: number) => check(slot, step),
    yield: new WebAssembly.Suspending(() => giveUpSlice(slot)),
    done: () => done(slot),
  };
  return new WebAssembly.Instance(shim, { [SHIM_IMPORTS]: imports }).exports;
}

function check<Context>(slot: SlotView<Context>, step: number): Verdict {
  const { meter, profile } = occupantOf(slot);
  profile?.sample();
  const verdict = meter.check(slot.fuels[step] ?? trap(`No meter ${step}`), slot.memoryBytes);
  // Trying to suspend where the engine cannot costs an exception each time.
  return slot.guest.stack.maySuspend ? verdict : Math.abs(verdict);
}

/** 1: the guest must not run any more. */
function resume<Context>(slot: SlotView<Context>): number {
  const occupant = occupantOf(slot);
  if (occupant.ended || slot.guest.store.ended) return 1;
  occupant.meter.start();
  return 0;
}

/** An export has returned. */
function done<Context>(slot: SlotView<Context>): void {
  slot.guest.stack.maySuspend = false;
  occupantOf(slot).meter.end();
}

function giveUpSlice<Context>(slot: SlotView<Context>): Promise<void> {
  const occupant = occupantOf(slot);
  occupant.meter.pause();
  return occupant.yield();
}

function bind<Context>(
  slot: SlotView<Context>,
  service: Exclude<Service<Context>, FusedService | DropService>,
): WebAssembly.ImportValue {
  const state = slot.guest.states[service.instance] as InstanceState;
  const { handles } = state;
  switch (service.kind) {
    case 'call':
      if (service.background) return bindBackground(slot, state, service);
      if (service.blocks && service.function.waits) return bindBlocking(slot, state, service);
      return service.function.waits ? bindWaiting(slot, state, service) : bindPlain(slot, state, service);
    case 'builtin':
      return bindBuiltin(slot, state, service.builtin);
    case 'task-call':
      return bindTaskCall(slot, state, service);
    case 'new':
      return guarded(slot, state, (_, rep: number) => handles.own(service.resource, rep));
    case 'rep':
      return guarded(
        slot,
        state,
        (_, handle: number) => handles.rep(handle >>> 0, service.resource) as number,
        'stays',
      );
  }
}

function bindPlain<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  service: CallService<Context>,
): WebAssembly.ImportValue {
  const { server, options } = service;
  const call = service.function.call as (context: Context, ...args: unknown[]) => unknown;
  return guarded(slot, state, (occupant, ...core) => {
    const cx = slot.contextOf(options);
    const lifted = server.begin(cx, core);
    const value = server.end(cx, lifted, call(occupant.context, ...argumentsOf(service, cx, lifted)));
    occupant.meter.hostWorked();
    return value;
  });
}

function bindWaiting<Context>(
  slot: SlotView<Context>,
  state: InstanceState,
  service: CallService<Context>,
): WebAssembly.ImportValue {
  const { server, options } = service;
  const call = service.function.call as (
    context: Context,
    ...args: unknown[]
  ) => Promise<unknown> | AtOnce | undefined;
  // What is returned after a failure is never seen: the shim traps before that.
  const nothing = service.returnsI64 ? 0n : 0;
  const wait = async (
    occupant: Occupant<Context>,
    cx: LiftLowerContext,
    lifted: LiftedCall,
    work: Promise<unknown>,
  ) => {
    try {
      const value = await occupant.suspend(work);
      if (occupant.ended) return nothing;
      // Lowering is billed here and not together with the guest's next slice: others may run before it.
      return occupant.meter.bill(() => server.end(cx, lifted, value));
    } catch (error) {
      occupant.failed(error);
      return nothing;
    }
  };
  return new WebAssembly.Suspending((...core: CoreValue[]) => {
    const occupant = enterHost(slot, state, 'leaves');
    try {
      const cx = slot.contextOf(options);
      cx.inPlace = service.function.inPlace === true;
      const lifted = server.begin(cx, core);
      cx.inPlace = false;
      const work = call(occupant.context, ...argumentsOf(service, cx, lifted));
      if (!(work instanceof AtOnce)) return wait(occupant, cx, lifted, work ?? Promise.resolve());
      const value = server.end(cx, lifted, work.value);
      occupant.meter.hostWorked();
      return value;
    } catch (error) {
      occupant.failed(error);
      return nothing;
    }
  });
}

function argumentsOf<Context>(
  service: CallService<Context>,
  cx: LiftLowerContext,
  { args }: LiftedCall,
): readonly unknown[] {
  return service.function.onMemory === true ? [cx.memory, ...args] : args;
}
