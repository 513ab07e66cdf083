// What is known of a core module's code beyond the code itself: enough to tell, when a guest ends, where
// it was. Made at deploy, kept with the artifact, read when a stack is shown.

import { type CoreModule, SECTION } from '../wasm/module.ts';
import { Reader } from '../wasm/reader.ts';
import type { DebugSections } from './line-table.ts';
import { isNameSection } from './name-module.ts';
import type { SourceMapSection } from './source-map.ts';

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
    hasNames: module.sections.some((section) => isNameSection(module.bytes, section)),
    exportNames: new Map(exported.map(({ index, name }) => [index, name])),
  };
}

/** The URL of a source map as data, where it is in the module itself. */
export const SOURCE_MAP_SECTION = 'sourceMappingURL';
export const SOURCE_MAP_URL = 'data:application/json;base64,';

function mapOf(url: string): string | null {
  if (!url.startsWith(SOURCE_MAP_URL)) return null;
  return Buffer.from(url.slice(SOURCE_MAP_URL.length), 'base64').toString();
}

/** A copy of what its compiler left for debuggers about lines; null when that is nothing. */
export function debugSectionsOf({ bytes, sections }: CoreModule): DebugSections | SourceMapSection | null {
  const found = new Map<string, Uint8Array>();
  for (const { id, start, end } of sections) {
    if (id !== SECTION.custom) continue;
    const reader = new Reader(bytes, start, end);
    const name = reader.name();
    if (name.startsWith('.debug_')) found.set(name, bytes.slice(reader.position, end));
    const json = name === SOURCE_MAP_SECTION ? mapOf(reader.name()) : null;
    if (json !== null) return { json, codeStart: sections.find(({ id }) => id === SECTION.code)?.start ?? 0 };
  }
  const line = found.get('.debug_line');
  if (line === undefined) return null;
  const none = new Uint8Array();
  const [lineStrings, strings] = ['.debug_line_str', '.debug_str'].map((name) => found.get(name) ?? none);
  return { line, lineStrings: lineStrings as Uint8Array, strings: strings as Uint8Array };
}
