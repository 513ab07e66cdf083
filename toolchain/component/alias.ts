// Aliases: names for what an instance exports, for what a core instance exports, and for types of
// an enclosing scope.
// Spec: component-model, design/mvp/Binary.md "Alias Definitions".

import { malformed, unsupported } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';
import { pushEntity } from './extern.ts';
import { collectResources } from './mentions.ts';
import { at, type InstanceMeaning, type Meaning, type Scope } from './scope.ts';
import { readSort, type Sort } from './sort.ts';
import type { AnyType, Resource } from './types.ts';

export function readAlias(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  const sort = readSort(reader);
  const target = reader.u8();
  switch (target) {
    case 0x00:
      aliasExport(scope, sort, reader.u32(), reader.name(), offset);
      break;
    case 0x01:
      aliasCoreExport(scope, sort, reader.u32(), reader.name(), offset);
      break;
    case 0x02:
      aliasOuter(scope, sort, reader.u32(), reader.u32(), offset);
      break;
    default:
      malformed(offset, `Unknown target of an alias 0x${target.toString(16)}`);
  }
}

function aliasExport(scope: Scope, sort: Sort, instance: number, name: string, offset: number): void {
  if (sort !== 'func' && sort !== 'instance' && sort !== 'type') {
    unsupported(offset, `Aliases of exported ${sort}s are not supported`);
  }
  if (scope.kind === 'instance type' && sort === 'func') malformed(offset, 'A function is aliased in a type');
  const { type, meaning } = at(scope.instances, instance, 'instance', offset);
  const entity = type.exports.get(name);
  if (entity === undefined)
    malformed(offset, `Instance ${instance} has no export named ${JSON.stringify(name)}`);
  if (entity.kind !== sort)
    malformed(
      offset,
      `Export ${JSON.stringify(name)} of instance ${instance} is a ${entity.kind}, not a ${sort}`,
    );
  pushEntity(scope, entity, memberOf(meaning, name));
}

/** What an export of an instance is. */
export function memberOf(instance: InstanceMeaning | null, name: string): Meaning {
  if (instance === null) return null;
  if (instance.kind === 'imported') return { kind: 'imported', path: [...instance.path, name] };
  return instance.items.get(name) ?? null;
}

function aliasCoreExport(scope: Scope, sort: Sort, instance: number, name: string, offset: number): void {
  if (scope.kind === 'instance type') malformed(offset, 'A core item is aliased in a type');
  const { exports, bundle, step } = at(scope.coreInstances, instance, 'core instance', offset);
  const type = exports.get(name);
  if (type === undefined)
    malformed(offset, `Core instance ${instance} has no export named ${JSON.stringify(name)}`);
  const found = type.kind === 'func' ? 'core function' : `core ${type.kind}`;
  if (found !== sort)
    malformed(
      offset,
      `Export ${JSON.stringify(name)} of core instance ${instance} is a ${found}, not a ${sort}`,
    );
  const item = bundle?.get(name) ?? { kind: 'export', instance: step, name };
  if (type.kind === 'func') scope.coreFuncs.push({ type: type.type, func: item });
  else if (item.kind === 'export') scope.coreItems[type.kind].push({ type, item });
}

function aliasOuter(scope: Scope, sort: Sort, count: number, index: number, offset: number): void {
  if (sort !== 'type' && sort !== 'core type' && sort !== 'core module' && sort !== 'component')
    unsupported(offset, `Outer aliases of ${sort}s are not supported`);
  let target = scope;
  let crossed: Scope | null = null;
  for (let step = 0; step < count; step++) {
    crossed = target;
    target = target.parent ?? malformed(offset, `There are fewer than ${count} enclosing scopes`);
  }
  if (sort === 'core type') {
    scope.coreTypes.push(at(target.coreTypes, index, 'core type', offset));
    return;
  }
  if (sort === 'core module') {
    scope.modules.push(at(target.modules, index, sort, offset));
    return;
  }
  if (sort === 'component') {
    scope.components.push(at(target.components, index, sort, offset));
    return;
  }
  const type = target.type(index, offset);
  if (crossed?.kind === 'component') checkClosed(type, scope, offset);
  scope.types.push(type);
}

/** A nested component must make sense without the one around it. */
function checkClosed(type: AnyType, scope: Scope, offset: number): void {
  const resources = new Set<Resource>();
  collectResources(type, resources, scope.assembly.effort, offset);
  if (resources.size > 0)
    malformed(offset, 'A nested component aliases a type that mentions resources of the one around it');
}
