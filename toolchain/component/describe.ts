// What a file holds, for people: what it is, its size, what it imports and exports, its core
// modules and their memories. Pure. Whether it may run here is not asked: the deploy path says.
// Of a component that the decoder refuses, only the outside is known.

import { gzipSync } from 'node:zlib';
import { findingOf } from '../refusal.ts';
import { type CoreModule, readModule } from '../wasm/module.ts';
import { type BinaryKind, binaryKind } from '../wasm/preamble.ts';
import type { Limits } from '../wasm/types.ts';
import { decodeComponent } from './decode.ts';
import { printWit } from './print-wit.ts';
import type { Named } from './scope.ts';

export interface Description {
  readonly kind: BinaryKind;
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly imports: readonly Item[];
  readonly exports: readonly Item[];
  /** The world with all types, in WIT; null of what is no component, or not one that the decoder takes. */
  readonly wit: string | null;
  /** A core module's is itself. */
  readonly modules: readonly ModuleDescription[];
}

/** An import or export: an interface with what is used of it, or something without one. */
export interface Item {
  readonly name: string;
  readonly functions: readonly string[];
}

export interface ModuleDescription {
  /** Where in the file it begins. */
  readonly offset: number;
  readonly bytes: number;
  readonly functions: number;
  /** Those that it defines itself. Sizes in pages of 64 KiB. */
  readonly memories: readonly { readonly pagesMin: number; readonly pagesMax: number | null }[];
}

export function describeBinary(bytes: Uint8Array): Description {
  const kind = binaryKind(bytes);
  const outside = { kind, bytes: bytes.length, gzipBytes: gzipSync(bytes).length };
  const inside =
    kind === 'component' ? insideComponent(bytes) : kind === 'core-module' ? insideCore(bytes) : null;
  return { ...outside, ...(inside ?? { imports: [], exports: [], wit: null, modules: [] }) };
}

type Inside = Pick<Description, 'imports' | 'exports' | 'wit' | 'modules'>;

function insideComponent(bytes: Uint8Array): Inside | null {
  const decoded = decodeComponent(bytes);
  if ('findings' in decoded) return null;
  const { imports, exports, modules } = decoded.component;
  return {
    imports: items(imports),
    exports: items(exports),
    wit: printWit(decoded.component),
    modules: modules.map(({ module, offset }) => moduleDescription(module, offset)),
  };
}

function items(named: ReadonlyMap<string, Named>): Item[] {
  return [...named].map(([name, { entity }]) => {
    if (entity.kind !== 'instance') return { name, functions: entity.kind === 'func' ? [name] : [] };
    const functions = [...entity.type.exports].filter(([, item]) => item.kind === 'func');
    return { name, functions: functions.map(([each]) => each) };
  });
}

function insideCore(bytes: Uint8Array): Inside | null {
  if (!WebAssembly.validate(bytes)) return null;
  const read = findingOf(() => readModule(bytes, 0));
  if ('finding' in read) return null;
  const { imports, exports } = read.value;
  const names = [...new Set(imports.map(({ module }) => module))];
  return {
    imports: names.map((name) => ({
      name,
      functions: imports.filter((one) => one.module === name).map((one) => one.name),
    })),
    exports: exports.map(({ name, kind }) => ({ name, functions: kind === 'func' ? [name] : [] })),
    wit: null,
    modules: [moduleDescription(read.value, 0)],
  };
}

function moduleDescription({ bytes, functions, memories }: CoreModule, offset: number): ModuleDescription {
  const pages = ({ min, max }: Limits) => ({ pagesMin: min, pagesMax: max });
  return { offset, bytes: bytes.length, functions: functions.length, memories: memories.map(pages) };
}
