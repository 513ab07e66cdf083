// What is behind each core function that the host gives to a guest, found when a version is linked and bound to
// each of its slots: data and closures that know no slot and no request. Between steps 2 and 4 of the
// request path. Does not know how it is bound: bind-*.ts.
// Spec: component-model, design/mvp/CanonicalABI.md "Canonical Definitions".

import type { Builtin } from '../abi/canonical/async/builtins.ts';
import type { LiftedTask } from '../abi/canonical/async/lifted-task.ts';
import type { FusedFunction } from '../abi/canonical/fused-call.ts';
import type { CanonOptions, CoreFunc, LiftedFunction } from '../abi/canonical/link-plan.ts';
import type { ImportServer } from '../abi/canonical/serve-import.ts';
import type { HostFunction } from '../abi/host-interface.ts';

/** What is behind one `HostCoreFunc`, with the component instance that it belongs to, ready to be bound to a slot. */
export type Service<Context> =
  | FusedService
  | TaskCallService
  | {
      readonly kind: 'call';
      readonly instance: number;
      readonly server: ImportServer;
      readonly function: HostFunction<Context>;
      readonly options: CanonOptions;
      readonly returnsI64: boolean;
      /** The guest does not wait for it: it goes on in the background. */
      readonly background: boolean;
      /** Its type is asynchronous: a synchronous task must not wait for it. */
      readonly blocks: boolean;
    }
  | { readonly kind: 'builtin'; readonly instance: number; readonly builtin: Builtin }
  | { readonly kind: 'new' | 'rep'; readonly instance: number; readonly resource: number }
  | DropService;

/** A handle is dropped. */
export interface DropService {
  readonly kind: 'drop';
  readonly instance: number;
  readonly resource: number;
  /** What the guest does with a resource of its own whose last handle is gone. */
  readonly dtor: {
    readonly func: CoreFunc;
    /** Whose it is. */
    readonly instance: number;
    /** The component instances that are entered by it. */
    readonly entered: readonly number[];
  } | null;
}

/** One component instance calls another. */
export interface FusedService {
  readonly kind: 'fused';
  readonly function: FusedFunction;
  /** The caller's. */
  readonly options: CanonOptions;
  readonly callee: LiftedFunction;
  /** The component instances that are entered by it. */
  readonly entered: readonly number[];
}

/** One component instance calls an asynchronous function of another. */
export interface TaskCallService {
  readonly kind: 'task-call';
  readonly instance: number;
  readonly server: ImportServer;
  /** The caller's. */
  readonly options: CanonOptions;
  readonly callee: LiftedFunction;
  /** Its index among the lifted functions of the component. */
  readonly lifted: number;
  readonly task: LiftedTask;
}
