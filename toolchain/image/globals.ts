// The mutable globals of a core module, as far as the host can read and set them: the rewriter exports
// them under reserved names, so that an instance can be put back to an earlier state.
// Used in step "rewrite" of the deploy path. Does not know when that is done, or why.

import { type CoreModule, indexSpaces } from '../wasm/module.ts';
import type { ValueType } from '../wasm/types.ts';

const PREFIX = 'wheeler:global:';

/** The name under which the global `order` of `numericGlobals` is exported. */
export function globalExport(order: number): string {
  return `${PREFIX}${order}`;
}

/** Whether no guest may export anything under this name. */
export function isGlobalExport(name: string): boolean {
  return name.startsWith(PREFIX);
}

const NUMERIC: ReadonlySet<ValueType> = new Set<ValueType>(['i32', 'i64', 'f32', 'f64']);

/** Indices of the mutable globals that the module defines and whose values are numbers to JavaScript. */
export function numericGlobals(module: CoreModule): number[] {
  const first = indexSpaces(module).global.length - module.globals.length;
  return module.globals.flatMap(({ mutable, value }, i) =>
    mutable && NUMERIC.has(value) ? [first + i] : [],
  );
}

/** Types of the mutable globals that are none to JavaScript. */
export function otherGlobals(module: CoreModule): ValueType[] {
  return module.globals.flatMap(({ mutable, value }) => (mutable && !NUMERIC.has(value) ? [value] : []));
}
