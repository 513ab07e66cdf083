// The sections of a component, in whatever order they come: each definition is checked against
// what stands before it, so one pass is enough. Nested components are components of their own.
// Step "decode" of the deploy path.
// Spec: component-model, design/mvp/Binary.md "Component Definitions".

import { malformed, refuse, unsupported } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';
import { readAlias } from './alias.ts';
import { readCanon } from './canon.ts';
import { readCoreInstance, readCoreModule } from './core-instances.ts';
import { readExport, readImport } from './extern.ts';
import { readInstance } from './instances.ts';
import { collectResources } from './mentions.ts';
import { readCoreType } from './read-instance-type.ts';
import { readType } from './read-types.ts';
import { Assembly, Scope, type Surface } from './scope.ts';
import { type ComponentType, combine, type Entity, extentOf, type Resource } from './types.ts';

/** Magic, version 13, layer 1. */
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
/** The reference validator's limit. */
const COMPONENTS_MAX = 1_000;
const ITEMS_MAX = 1_000_000;
/** Arbitrary: compositions of compositions have three or four. */
const NESTING_MAX = 20;

/** Reads a whole component, preamble included, into `scope`. */
export function readComponent(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  if (!PREAMBLE.every((byte) => reader.u8() === byte))
    malformed(offset, 'This is no component of a known version');
  while (!reader.done) readSection(reader, scope);
  if (scope.instantiation === null) checkResources(scope, reader.offset);
}

/** Sections that are lists of definitions, by id. */
const LISTS = new Map<number, readonly [what: string, read: (reader: Reader, scope: Scope) => void]>([
  [2, ['core instances', readCoreInstance]],
  [3, ['core types', readCoreType]],
  [5, ['instances', readInstance]],
  [6, ['aliases', readAlias]],
  [7, ['types', readType]],
  [8, ['canonical definitions', readCanon]],
  [10, ['imports', readImport]],
  [11, ['exports', readExport]],
]);

function readSection(outer: Reader, scope: Scope): void {
  const offset = outer.offset;
  const id = outer.u8();
  const reader = outer.take(outer.u32());
  const list = LISTS.get(id);
  if (list !== undefined) {
    const [what, read] = list;
    reader.list(ITEMS_MAX, what, () => {
      scope.assembly.effort.definition(reader.offset);
      read(reader, scope);
    });
    reader.finish(`the section of ${what}`);
  } else if (id === 0) reader.name();
  else if (id === 1) readCoreModule(reader, scope);
  else if (id === 4) readNestedComponent(reader, scope);
  else if (id === 9) unsupported(offset, 'Start functions of components are not supported');
  else if (id === 12) unsupported(offset, 'Values of the component model are not supported');
  else malformed(offset, `Unknown section ${id}`);
}

function readNestedComponent(reader: Reader, outer: Scope): void {
  const offset = reader.offset;
  if (nesting(outer) >= NESTING_MAX)
    refuse('limit', offset, `Components are nested more than ${NESTING_MAX} deep`);
  if (outer.components.length >= COMPONENTS_MAX)
    malformed(offset, `Too many components, at most ${COMPONENTS_MAX} are allowed`);
  const type = outer.instantiation === null ? checkedType(reader.again(), outer) : null;
  outer.components.push({ type, reader: reader.again(), around: outer });
  reader.skip(reader.remaining);
}

function nesting({ parent }: Scope): number {
  return parent === null ? 1 : nesting(parent) + 1;
}

/** The plan that this makes is nobody's: its imports are not known yet. */
function checkedType(reader: Reader, outer: Scope): ComponentType {
  const { offset } = reader;
  const scope = new Scope('component', outer, new Assembly(outer.assembly.common));
  readComponent(reader, scope);
  const entities = (surface: Surface) =>
    new Map([...surface.items].map(([name, { entity }]) => [name, entity]));
  const imports = entities(scope.import);
  const exports = entities(scope.export);
  const extent = combine([...imports.values(), ...exports.values()].map(extentOf), offset);
  const { importedResources, exportedResources } = scope;
  return { imports, exports, importedResources, exportedResources, extent };
}

/** A component's own resources cannot be in its imports, and in its exports only with a name. */
function checkResources(scope: Scope, offset: number): void {
  const inImports = resourcesOf(scope.import, scope, offset);
  const inExports = resourcesOf(scope.export, scope, offset);
  for (const resource of scope.definedResources) {
    if (inImports.has(resource))
      malformed(offset, 'A resource that the component defines itself is in the type of an import');
    if (inExports.has(resource) && !scope.exportedResources.has(resource)) {
      malformed(offset, 'A resource is in the type of an export, but is not exported itself');
    }
  }
}

function resourcesOf(surface: Surface, scope: Scope, offset: number): ReadonlySet<Resource> {
  const found = new Set<Resource>();
  const typeOf = (entity: Entity) => (entity.kind === 'type' ? entity.created : entity.type);
  for (const { entity } of surface.items.values()) {
    collectResources(typeOf(entity), found, scope.assembly.effort, offset);
  }
  return found;
}
