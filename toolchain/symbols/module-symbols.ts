// What is known of a core module's code beyond the code itself: enough to tell, when a guest ends, where
// it was. Made at deploy, kept with the artifact, read when a stack is shown.

import type { CoreModule } from '../wasm/module.ts';
import { isNameSection } from './name-module.ts';

export interface ModuleSymbols {
  /** Functions with this index and above are the meter's. */
  readonly functionCount: number;
  /** Whether it has names of functions at all. A component's trampolines, which its linker made, have none. */
  readonly hasNames: boolean;
  /** Of exported functions, by their index: what those without a name are known by. */
  readonly exportNames: ReadonlyMap<number, string>;
}

/** The name under which the engine knows the module of this index in its component. */
export function moduleName(index: number): string {
  return `wheeler:${index}`;
}

/** @param module as it was before anything was put into it */
export function symbolsOf(module: CoreModule): ModuleSymbols {
  const imported = module.imports.filter(({ type }) => type.kind === 'func').length;
  const exported = module.exports.filter(({ kind }) => kind === 'func');
  return {
    functionCount: imported + module.functions.length,
    hasNames: hasNames(module),
    exportNames: new Map(exported.map(({ index, name }) => [index, name])),
  };
}

function hasNames({ bytes, sections }: CoreModule): boolean {
  return sections.some((section) => isNameSection(bytes, section));
}
