// What the toolchain yields for one component: immutable, and named by its content. The end of
// the deploy path's pure half, and what the linker begins with. Plain data: it goes to disk and to other
// processes, where parts that were one must still be one.

import type { LinkPlan } from '../abi/canonical/link-plan.ts';
import type { ModuleSymbols } from './symbols/module-symbols.ts';
import type { LineInfo } from './symbols/source-lines.ts';

export interface Artifact {
  /** SHA-256, in hex, of the component's bytes and of `TOOLCHAIN_VERSION`. */
  readonly digest: string;
  /** The core modules, rewritten: their memories are imports, and they are named by their index. */
  readonly modules: readonly Uint8Array[];
  /** One for each module. */
  readonly symbols: readonly ModuleSymbols[];
  /** One for each module, null where its compiler left nothing about lines; empty unless asked for. */
  readonly lines: readonly (LineInfo | null)[];
  readonly plan: LinkPlan;
}

/** Changes whenever the same component would give another artifact. */
export const TOOLCHAIN_VERSION = '8';
