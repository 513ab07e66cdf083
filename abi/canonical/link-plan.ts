// What to do, in order, to bring a component to life: the decoder's result and the linker's
// input. Plain data (it survives JSON), with every index already checked by the decoder.
// Made in the deploy path, followed in step 4 of the request path.
// Spec: component-model, design/mvp/CanonicalABI.md "Canonical Definitions".

import type { AsyncBuiltin } from './async/builtin.ts';
import type { CoreFuncType, FuncType, ValType } from './types.ts';

export interface LinkPlan {
  /** The component instances that have functions, each by its parent's index; 0 is the component itself. */
  readonly instances: readonly (number | null)[];
  /** All resource types of the component; own and borrow types point here. */
  readonly resources: readonly ResourceDef[];
  /** Imported functions that the component lowers. `steps` refer to them by index. */
  readonly imports: readonly ImportedFunction[];
  /** What streams and futures carry and what `task.return` returns; null is nothing. Built-ins point here. */
  readonly payloads: readonly (ValType | null)[];
  /** The core modules, in the order of `Artifact.modules`. */
  readonly modules: readonly ModuleShape[];
  /** Step i makes core instance i. */
  readonly steps: readonly Step[];
  /** Functions of one component instance that another calls. `fused` core functions refer to them by index. */
  readonly fused: readonly LiftedFunction[];
  readonly exports: readonly ExportedFunction[];
}

/**
 * `name` is the resource's own name in its interface, e.g. `body`. `interface` is null for a resource
 * imported by the world itself.
 */
export type ResourceDef =
  | { readonly kind: 'imported'; readonly interface: string | null; readonly name: string }
  | {
      readonly kind: 'local';
      readonly name: string;
      readonly dtor: CoreFunc | null;
      /** The component instance that implements it. */
      readonly instance: number;
    };

/** `interface` is null for a function imported by the world itself. */
export interface ImportedFunction {
  readonly interface: string | null;
  /** As the Component Model spells it: `fetch`, `[method]body.read`. */
  readonly name: string;
  readonly type: FuncType;
}

export interface ModuleShape {
  /**
   * The memories that the module defined itself. The rewriter turns them into imports
   * from `MEMORY_IMPORT_MODULE` named `0`, `1`, and so on, which the linker supplies.
   * Sizes in pages of 64 KiB; `pagesMax` is what the module declares, or null.
   */
  readonly memories: readonly { readonly pagesMin: number; readonly pagesMax: number | null }[];
  /** Bytes of a memory that its data segments may write, from the start; null when that is not known. */
  readonly segmentsEnd: number | null;
  /** How many mutable globals the rewriter has exported for the host. */
  readonly globals: number;
  /** Why an instance cannot be put back to an earlier state, e.g. "changes a table"; null when it can. */
  readonly obstacle: string | null;
}

/** A module name that no guest may import from. */
export const MEMORY_IMPORT_MODULE = 'wheeler:memory';

/** An export of the core instance that step `instance` made. */
export interface CoreExport {
  readonly kind: 'export';
  readonly instance: number;
  readonly name: string;
}

export type CoreFunc =
  | CoreExport
  | {
      readonly kind: 'lower';
      readonly import: number;
      readonly core: CoreFuncType;
      readonly options: CanonOptions;
    }
  | {
      readonly kind: 'fused';
      readonly callee: number;
      readonly core: CoreFuncType;
      /** The caller's; the callee has its own. */
      readonly options: CanonOptions;
    }
  | {
      readonly kind: 'async';
      readonly builtin: AsyncBuiltin;
      readonly core: CoreFuncType;
      readonly instance: number;
    }
  | {
      readonly kind: 'resource-new' | 'resource-rep' | 'resource-drop';
      readonly resource: number;
      /** The component instance whose handles these are. */
      readonly instance: number;
    };

export interface CanonOptions {
  /** The component instance on whose side of the call this is. */
  readonly instance: number;
  readonly encoding: 'utf8' | 'utf16' | 'latin1+utf16';
  readonly memory: CoreExport | null;
  readonly realloc: CoreFunc | null;
  readonly postReturn: CoreFunc | null;
  /** Absent where a function is called the synchronous way. Without a callback it keeps its stack. */
  readonly async?: { readonly callback: CoreFunc | null };
}

export type Step =
  | {
      readonly kind: 'instantiate';
      readonly module: number;
      /** `instance` is the index of an earlier step. */
      readonly args: readonly { readonly name: string; readonly instance: number }[];
    }
  | { readonly kind: 'bundle'; readonly items: readonly BundleItem[] };

export type BundleItem =
  | { readonly name: string; readonly sort: 'func'; readonly item: CoreFunc }
  | {
      readonly name: string;
      readonly sort: 'table' | 'memory' | 'global' | 'tag';
      readonly item: CoreExport;
    };

/** A core function, and how it is called as a component's. */
export interface LiftedFunction {
  readonly type: FuncType;
  readonly core: CoreFuncType;
  readonly func: CoreFunc;
  readonly options: CanonOptions;
}

/** `interface` is null for a function exported by the world itself. */
export interface ExportedFunction extends LiftedFunction {
  readonly interface: string | null;
  readonly name: string;
}
