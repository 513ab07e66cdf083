// Instances of nested components, and instances made of what exists already. A nested component
// of the kind that tools make to export an interface has no code of its own: it only renames, so
// its instantiation comes down to the functions that were passed in.
// Spec: component-model, design/mvp/Binary.md "Instance Definitions".

import { malformed, unsupported } from '../refusal.ts';
import type { Reader } from '../wasm/reader.ts';
import { memberOf } from './alias.ts';
import { readExternName, readItem } from './extern.ts';
import { Comparison } from './mismatch.ts';
import { NameRules } from './name-rules.ts';
import { parseExternName } from './names.ts';
import { at, type ComponentDefinition, type InstanceMeaning, type Meaning, type Scope } from './scope.ts';
import { Substitution } from './substitute.ts';
import { type AnyType, combine, type Entity, extentOf, type InstanceType, type Resource } from './types.ts';

// The reference validator's limits.
const INSTANCES_MAX = 1_000;
const ARGS_MAX = 100_000;

type Args = ReadonlyMap<string, { readonly entity: Entity; readonly meaning: Meaning }>;

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
    const name = reader.name();
    if (args.has(name)) malformed(offset, `The argument ${JSON.stringify(name)} is given twice`);
    args.set(name, readItem(reader, scope));
  });
  const type = instantiatedType(scope, component, args, offset);
  const bag = { kind: 'bag', items: component.exports } as const;
  const meaning = resolve(bag, args, () => scope.assembly.effort.step(offset));
  scope.instances.push({ type, meaning: meaning as InstanceMeaning });
}

/** What something inside the component comes down to, given its arguments. */
function resolve(meaning: Meaning, args: Args, step: () => void): Meaning {
  step();
  if (meaning?.kind === 'bag') {
    const items = new Map([...meaning.items].map(([name, item]) => [name, resolve(item, args, step)]));
    return { kind: 'bag', items };
  }
  if (meaning?.kind !== 'imported') return meaning;
  const [first, ...rest] = meaning.path;
  return rest.reduce<Meaning>(
    (instance, name) => memberOf(instance as InstanceMeaning | null, name),
    args.get(first!)?.meaning ?? null,
  );
}

/** Checks the arguments; then the type of the instance is that of the exports, with the arguments' types put in. */
function instantiatedType(
  scope: Scope,
  { type }: ComponentDefinition,
  args: Args,
  offset: number,
): InstanceType {
  const { effort } = scope.assembly;
  const checking = new Substitution(effort, offset);
  for (const [resource, path] of type.importedResources) {
    const given = givenResource(args, path);
    if (given !== null) checking.resources.set(resource, given);
  }
  const renamed = new Map<AnyType, AnyType>();
  for (const [name, wanted] of type.imports) {
    const given = args.get(name)?.entity;
    if (given === undefined) malformed(offset, `The argument ${JSON.stringify(name)} is missing`);
    checking.types.clear();
    const mismatch = new Comparison(effort, offset).entity(given, checking.entity(wanted));
    if (mismatch !== null)
      malformed(offset, `The argument ${JSON.stringify(name)} is of a wrong type: ${mismatch}`);
    rename(wanted, given, renamed);
  }
  const substitution = new Substitution(effort, offset);
  for (const [resource, given] of checking.resources) substitution.resources.set(resource, given);
  for (const [old, given] of renamed) substitution.types.set(old, given);
  const exports = new Map([...type.exports].map(([name, entity]) => [name, substitution.entity(entity)]));
  const named = new Map<Resource, string>();
  for (const [resource, name] of type.exportedResources)
    named.set(checking.resources.get(resource) ?? resource, name);
  return {
    kind: 'instance',
    exports,
    introduced: [],
    named,
    extent: combine([...type.exports.values()].map(extentOf), offset),
  };
}

/** The resource that the arguments give for an imported one; whatever does not fit shows in the comparison. */
function givenResource(args: Args, path: readonly string[]): Resource | null {
  let entity = args.get(path[0]!)?.entity;
  for (const name of path.slice(1))
    entity = entity?.kind === 'instance' ? entity.type.exports.get(name) : undefined;
  return entity?.kind === 'type' && entity.created.kind === 'resource' ? entity.created.resource : null;
}

/** Types that the component imports are, in its exports, the very types that were given. */
function rename(wanted: Entity, given: Entity, renamed: Map<AnyType, AnyType>): void {
  if (wanted.kind === 'type' && given.kind === 'type') renamed.set(wanted.created, given.created);
  if (wanted.kind !== 'instance' || given.kind !== 'instance') return;
  for (const [name, entity] of wanted.type.exports) rename(entity, given.type.exports.get(name)!, renamed);
}

/** An instance made of a list of exports. No name is introduced by it, so none can be a method's. */
function readBag(reader: Reader, scope: Scope, offset: number): void {
  const entities = new Map<string, Entity>();
  const items = new Map<string, Meaning>();
  const names = new NameRules();
  reader.list(ARGS_MAX, 'exports of an instance', () => {
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
