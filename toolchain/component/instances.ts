// Instances of nested components, and instances made of what exists already. A nested component is read
// again for each instance, with what it is given in the place of its imports: so its resources are the
// instance's own, its core instances become steps of the one plan, and one that only renames, as tools
// make them to export an interface, comes down to the functions that were passed in.
// Spec: component-model, design/mvp/Binary.md "Instance Definitions".

import { malformed, refuse, unsupported } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';
import { readExternName, readItem } from './extern.ts';
import { Comparison } from './mismatch.ts';
import { NameRules } from './name-rules.ts';
import { parseExternName } from './names.ts';
import { type Args, at, type Meaning, Scope } from './scope.ts';
import { readComponent } from './sections.ts';
import { Substitution } from './substitute.ts';
import { type ComponentType, combine, type Entity, extentOf, type Resource } from './types.ts';

// The reference validator's limits.
const INSTANCES_MAX = 1_000;
const ARGS_MAX = 100_000;

/** Arbitrary: compositions of compositions have three or four. */
const DEPTH_MAX = 20;

export function readInstance(reader: Reader, scope: Scope): void {
  const offset = reader.offset;
  if (scope.instances.length >= INSTANCES_MAX)
    malformed(offset, `Too many instances, at most ${INSTANCES_MAX} are allowed`);
  const code = reader.u8();
  if (code === 0x00) readInstantiation(reader, scope, offset);
  else if (code === 0x01) readBag(reader, scope, offset);
  else malformed(offset, `Unknown kind of instance 0x${code.toString(16)}`);
}

function readInstantiation(reader: Reader, scope: Scope, offset: number): void {
  const component = at(scope.components, reader.u32(), 'component', offset);
  const args = new Map<string, { entity: Entity; meaning: Meaning }>();
  reader.list(ARGS_MAX, 'instantiation arguments', () => {
    scope.assembly.effort.definition(offset);
    const name = reader.name();
    if (args.has(name)) malformed(offset, `The argument ${JSON.stringify(name)} is given twice`);
    args.set(name, readItem(reader, scope));
  });
  if (component.type !== null && scope.instantiation === null) checkArgs(scope, component.type, args, offset);
  if (scope.depth >= DEPTH_MAX) refuse('limit', offset, `Instances are nested more than ${DEPTH_MAX} deep`);
  const inner = new Scope('component', component.around, scope.assembly, { by: scope, args });
  readComponent(component.reader.again(), inner);
  scope.instances.push(instanceOf(inner, offset));
}

function instanceOf(scope: Scope, offset: number): Scope['instances'][number] {
  const items = [...scope.export.items];
  const exports = new Map(items.map(([name, { entity }]) => [name, entity]));
  const extent = combine([...exports.values()].map(extentOf), offset);
  return {
    type: { kind: 'instance', exports, introduced: [], named: scope.exportedResources, extent },
    meaning: { kind: 'bag', items: new Map(items.map(([name, { meaning }]) => [name, meaning])) },
  };
}

/** Each import must have got what fits its type, with the resources of the arguments put in. */
function checkArgs(scope: Scope, type: ComponentType, args: Args, offset: number): void {
  const { effort } = scope.assembly;
  const checking = new Substitution(effort, offset);
  for (const [resource, path] of type.importedResources) {
    const given = givenResource(args, path);
    if (given !== null) checking.resources.set(resource, given);
  }
  for (const [name, wanted] of type.imports) {
    const given = args.get(name)?.entity;
    if (given === undefined) malformed(offset, `The argument ${JSON.stringify(name)} is missing`);
    checking.types.clear();
    const mismatch = new Comparison(effort, offset).entity(given, checking.entity(wanted));
    if (mismatch !== null)
      malformed(offset, `The argument ${JSON.stringify(name)} is of a wrong type: ${mismatch}`);
  }
}

/** The resource that the arguments give for an imported one; whatever does not fit shows in the comparison. */
function givenResource(args: Args, path: readonly string[]): Resource | null {
  let entity = args.get(path[0]!)?.entity;
  for (const name of path.slice(1))
    entity = entity?.kind === 'instance' ? entity.type.exports.get(name) : undefined;
  return entity?.kind === 'type' && entity.created.kind === 'resource' ? entity.created.resource : null;
}

/** An instance made of a list of exports. No name is introduced by it, so none can be a method's. */
function readBag(reader: Reader, scope: Scope, offset: number): void {
  const entities = new Map<string, Entity>();
  const items = new Map<string, Meaning>();
  const names = new NameRules();
  reader.list(ARGS_MAX, 'exports of an instance', () => {
    scope.assembly.effort.definition(offset);
    const name = readExternName(reader);
    const { entity, meaning } = readItem(reader, scope);
    if (entity.kind === 'instance') unsupported(offset, 'Instances within instances are not supported');
    const parsed = parseExternName(name, 'export', offset);
    names.add(name, parsed, entity, offset);
    entities.set(name, entity);
    items.set(name, meaning);
  });
  const named = new Map<Resource, string>();
  for (const [name, entity] of entities) {
    if (entity.kind === 'type' && entity.created.kind === 'resource')
      named.set(entity.created.resource, name);
  }
  const extent = combine([...entities.values()].map(extentOf), offset);
  scope.instances.push({
    type: { kind: 'instance', exports: entities, introduced: [], named, extent },
    meaning: { kind: 'bag', items },
  });
}
