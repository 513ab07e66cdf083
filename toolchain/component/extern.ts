// Imports and exports of a component, and the exports of an instance type: their names must be
// valid and unique, methods must belong to a resource of the same side, and every type that is
// mentioned must have a name there. An imported instance gets resources of its own.
// Spec: component-model, design/mvp/Binary.md "Import and Export Definitions".

import { malformed, unsupported } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';
import { Naming } from './mentions.ts';
import { Comparison } from './mismatch.ts';
import { parseExternName } from './names.ts';
import { type Args, at, type Direction, type Meaning, type Named, type Scope } from './scope.ts';
import { readSort, type Sort } from './sort.ts';
import { Substitution } from './substitute.ts';
import { describe, type Entity, Resource } from './types.ts';

const EXTERNS_MAX = 100_000;

export function readImport(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  const name = readExternName(reader);
  const entity = readExternType(reader, scope, name);
  addExtern(scope, 'import', name, entity, importMeaning(entity, name), offset);
}

export function readExport(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  const name = readExternName(reader);
  const { entity: item, meaning } = readItem(reader, scope);
  const entity = item.kind === 'type' ? { ...item, created: scope.assembly.alias(item.created) } : item;
  if (entity.kind === 'type' && !['value', 'resource'].includes(entity.created.kind))
    unsupported(offset, `Exporting ${describe(entity.created)} is not supported`);
  const flag = reader.u8();
  if (flag > 1) malformed(reader.offset - 1, 'Neither a type nor the absence of one follows the export');
  const ascribed = flag === 1 ? readExternType(reader, scope, name) : entity;
  if (scope.instantiation !== null) {
    addExtern(scope, 'export', name, isAbstract(ascribed) ? entity : ascribed, meaning, offset);
    return;
  }
  const mismatch = new Comparison(scope.assembly.effort, offset).entity(entity, ascribed);
  if (mismatch !== null)
    malformed(offset, `Export ${JSON.stringify(name)} does not have the type given to it: ${mismatch}`);
  addExtern(scope, 'export', name, ascribed, meaning, offset);
}

/** Whether it hides which resources it is about: an instance of the component knows them. */
function isAbstract(entity: Entity): boolean {
  return entity.kind === 'type' || (entity.kind === 'instance' && entity.type.introduced.length > 0);
}

/** The `exportdecl` of an instance type. */
export function readExportDeclaration(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  const name = readExternName(reader);
  const entity = readExternType(reader, scope, name);
  if (entity.kind === 'instance') unsupported(offset, 'Instances within instances are not supported');
  addExtern(scope, 'export', name, entity, null, offset);
}

export function readExternName(reader: Reader): string {
  const offset = reader.offset;
  const code = reader.u8();
  if (code === 2) unsupported(offset, 'Attributes of import and export names are not supported');
  if (code > 2) malformed(offset, `Unknown kind of name 0x${code.toString(16)}`);
  return reader.name();
}

function readExternType(reader: Reader, scope: Scope, name: string): Entity {
  const offset = reader.offset;
  const sort = readSort(reader);
  switch (sort) {
    case 'func':
      return { kind: 'func', type: scope.functionType(reader.u32(), offset) };
    case 'instance':
      return { kind: 'instance', type: scope.instanceType(reader.u32(), offset) };
    case 'type':
      return readTypeBound(reader, scope, name);
    default:
      return unsupportedSort(sort, offset);
  }
}

function readTypeBound(reader: Reader, scope: Scope, name: string): Entity {
  const offset = reader.offset;
  const code = reader.u8();
  if (code === 0) {
    const referenced = scope.type(reader.u32(), offset);
    return { kind: 'type', created: scope.assembly.alias(referenced), referenced };
  }
  if (code !== 1) malformed(offset, `Unknown type bound 0x${code.toString(16)}`);
  const type = new Resource(name).reference(0);
  return { kind: 'type', created: type, referenced: type };
}

/** A sort and an index: something that exists already and is exported or passed on. */
export function readItem(reader: Reader, scope: Scope): { entity: Entity; meaning: Meaning } {
  const offset = reader.offset;
  const sort = readSort(reader);
  switch (sort) {
    case 'func': {
      const { type, meaning } = at(scope.funcs, reader.u32(), 'function', offset);
      return { entity: { kind: 'func', type }, meaning };
    }
    case 'instance': {
      const { type, meaning } = at(scope.instances, reader.u32(), 'instance', offset);
      return { entity: { kind: 'instance', type }, meaning };
    }
    case 'type': {
      const type = scope.type(reader.u32(), offset);
      return { entity: { kind: 'type', created: type, referenced: type }, meaning: null };
    }
    default:
      return unsupportedSort(sort, offset);
  }
}

function unsupportedSort(sort: Sort, offset: number): never {
  const plural = sort === 'value' ? 'values of the component model' : `${sort}s`;
  return unsupported(offset, `Importing, exporting and passing on ${plural} is not supported`);
}

function importMeaning(entity: Entity, name: string): Meaning {
  return entity.kind === 'type' ? null : { kind: 'imported', path: [name] };
}

function addExtern(
  scope: Scope,
  direction: Direction,
  name: string,
  given: Entity,
  meaning: Meaning,
  offset: number,
): void {
  if (scope.instantiation !== null) {
    addChecked(scope, scope.instantiation.args, direction, name, { entity: given, meaning, offset });
    return;
  }
  const surface = scope[direction];
  const parsed = parseExternName(name, direction, offset);
  if (parsed.kind === 'interface' && given.kind !== 'instance') {
    unsupported(
      offset,
      `The ${given.kind} ${JSON.stringify(name)} has the name of an interface, which is not supported`,
    );
  }
  if (surface.items.size >= EXTERNS_MAX) {
    malformed(offset, `Too many ${direction}s, at most ${EXTERNS_MAX} are allowed`);
  }
  const entity =
    direction === 'import' ? importEntity(scope, name, given, offset) : exportEntity(scope, name, given);
  registerNames(scope, direction, name, entity, offset);
  surface.names.add(name, parsed, entity, offset);
  surface.items.set(name, { entity, meaning, offset });
  pushEntity(scope, entity, meaning);
}

/** In an instance, whose component was checked before: an import is what was given for it. */
function addChecked(scope: Scope, args: Args, direction: Direction, name: string, item: Named): void {
  const given = direction === 'import' ? args.get(name) : undefined;
  const { entity, meaning } = given ?? item;
  if (direction === 'export') {
    exportEntity(scope, name, entity);
    scope.export.items.set(name, item);
  }
  pushEntity(scope, entity, meaning);
}

/** Adds what an import, an export or an alias brings to its index space. */
export function pushEntity(scope: Scope, entity: Entity, meaning: Meaning): void {
  switch (entity.kind) {
    case 'func':
      scope.funcs.push({ type: entity.type, meaning: meaning?.kind === 'bag' ? null : meaning });
      break;
    case 'instance':
      scope.instances.push({ type: entity.type, meaning: meaning?.kind === 'lifted' ? null : meaning });
      break;
    case 'type':
      scope.types.push(entity.created);
      break;
  }
}

/** The entity as the importing scope knows it: resources that the import introduces are new ones. */
function importEntity(scope: Scope, name: string, entity: Entity, offset: number): Entity {
  if (entity.kind === 'type') {
    const { created, referenced } = entity;
    if (created.kind === 'resource' && created === referenced) {
      addImportedResource(scope, created.resource, [name], offset);
    }
    return entity;
  }
  if (entity.kind === 'func' || entity.type.introduced.length === 0) return entity;
  const substitution = new Substitution(scope.assembly.effort, offset);
  for (const old of entity.type.introduced) {
    const inner = entity.type.named.get(old)!;
    const fresh = new Resource(inner);
    substitution.resources.set(old, fresh);
    addImportedResource(scope, fresh, [name, inner], offset);
  }
  return { kind: 'instance', type: { ...substitution.instance(entity.type), introduced: [] } };
}

function addImportedResource(
  scope: Scope,
  resource: Resource,
  path: readonly string[],
  offset: number,
): void {
  scope.importedResources.set(resource, path);
  scope.assembly.addResource(resource, { kind: 'imported', path, offset });
}

/** Notes which resources an export names; an instance type's own are introduced by their export. */
function exportEntity(scope: Scope, name: string, entity: Entity): Entity {
  if (entity.kind === 'type' && entity.created.kind === 'resource') {
    if (entity.created === entity.referenced) scope.definedResources.add(entity.created.resource);
    scope.exportedResources.set(entity.created.resource, name);
  }
  if (entity.kind === 'instance') {
    for (const resource of entity.type.named.keys()) scope.exportedResources.set(resource, name);
  }
  return entity;
}

/** Checks that `entity` mentions only named types, and gives names to those that it names. */
function registerNames(
  scope: Scope,
  direction: Direction,
  name: string,
  entity: Entity,
  offset: number,
): void {
  if (entity.kind === 'type' && entity.created.kind === 'resource') {
    scope[direction].names.addResource(name, entity.created);
  }
  if (scope.kind === 'instance type') return;
  const { namedTypes } = scope[direction];
  const naming = new Naming(namedTypes, scope.assembly.effort, offset);
  const register = (each: Entity): boolean => {
    scope.assembly.effort.step(offset);
    if (each.kind === 'func') return naming.inside(each.type);
    if (each.kind === 'instance') return [...each.type.exports.values()].every(register);
    if (!naming.inside(each.referenced)) return false;
    namedTypes.add(each.created);
    if (direction === 'import') scope.export.namedTypes.add(each.created);
    return true;
  };
  if (!register(entity)) {
    malformed(
      offset,
      `The type of the ${direction} ${JSON.stringify(name)} mentions a type that is not ${direction}ed itself`,
    );
  }
}
