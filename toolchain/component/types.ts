// Types while a component is being validated. Types are nodes with an identity: two records with
// the same fields are different nodes, and whether a type "is named" asks for the very node, as
// the specification does. The plan's types (abi/canonical/types.ts) are plain data made from these.
// Each node knows its size as a tree, so that nesting cannot make work explode.
// Spec: component-model, design/mvp/Explainer.md "Type Definitions".

import type { PrimitiveKind } from '../../abi/canonical/types.ts';
import { refuse } from '../refusal.ts';

/** A resource type, whoever names it and how often. */
export class Resource {
  /** For messages. */
  readonly name: string;
  readonly #references = new Map<number, ResourceType>();

  constructor(name: string) {
    this.name = name;
  }

  /** The reference to this resource under an alias; 0 is the original. */
  reference(alias: number): ResourceType {
    let reference = this.#references.get(alias);
    if (reference === undefined) {
      reference = { kind: 'resource', resource: this, alias };
      this.#references.set(alias, reference);
    }
    return reference;
  }
}

/** An entry of the type index space that refers to a resource. */
export interface ResourceType {
  readonly kind: 'resource';
  readonly resource: Resource;
  readonly alias: number;
}

/** Size as a tree, nesting depth, and whether a borrow is inside. */
export interface Extent {
  readonly size: number;
  readonly depth: number;
  readonly borrows: boolean;
}

export interface Field {
  readonly name: string;
  readonly type: ValueType;
}

export interface OptionalField {
  readonly name: string;
  readonly type: ValueType | null;
}

export type Shape =
  | { readonly kind: PrimitiveKind }
  | { readonly kind: 'list'; readonly element: ValueType }
  | { readonly kind: 'record'; readonly fields: readonly Field[] }
  | { readonly kind: 'tuple'; readonly types: readonly ValueType[] }
  | { readonly kind: 'variant'; readonly cases: readonly OptionalField[] }
  | { readonly kind: 'enum'; readonly names: readonly string[] }
  | { readonly kind: 'flags'; readonly names: readonly string[] }
  | { readonly kind: 'option'; readonly some: ValueType }
  | { readonly kind: 'result'; readonly ok: ValueType | null; readonly err: ValueType | null }
  | { readonly kind: 'stream' | 'future'; readonly element: ValueType | null }
  | { readonly kind: 'error-context' }
  | { readonly kind: 'own'; readonly resource: ResourceType }
  | { readonly kind: 'borrow'; readonly resource: ResourceType };

/** A type of values: the specification's `defvaltype`, primitives included. */
export interface ValueType {
  readonly kind: 'value';
  readonly shape: Shape;
  readonly extent: Extent;
}

export interface FunctionType {
  readonly kind: 'func';
  /** May block its caller. */
  readonly async: boolean;
  readonly params: readonly Field[];
  readonly result: ValueType | null;
  readonly extent: Extent;
}

export interface InstanceType {
  readonly kind: 'instance';
  readonly exports: ReadonlyMap<string, Entity>;
  /** Resources that the type itself introduces; none when it is the type of an actual instance. */
  readonly introduced: readonly Resource[];
  /** Which export names each resource that the instance exports. */
  readonly named: ReadonlyMap<Resource, string>;
  readonly extent: Extent;
}

export type AnyType = ValueType | FunctionType | InstanceType | ResourceType;

/** What an import or export is. `created` is the new name's type, `referenced` the one that it equals. */
export type Entity =
  | { readonly kind: 'func'; readonly type: FunctionType }
  | { readonly kind: 'instance'; readonly type: InstanceType }
  | { readonly kind: 'type'; readonly created: AnyType; readonly referenced: AnyType };

/** The type of a component, as far as an instantiation needs it. */
export interface ComponentType {
  readonly imports: ReadonlyMap<string, Entity>;
  readonly exports: ReadonlyMap<string, Entity>;
  /** The import, and the export of it when it is an instance, that stands for each imported resource. */
  readonly importedResources: ReadonlyMap<Resource, readonly string[]>;
  /** The name under which each resource is exported; of an instance's, the instance's. */
  readonly exportedResources: ReadonlyMap<Resource, string>;
  readonly extent: Extent;
}

const LEAF: Extent = { size: 1, depth: 1, borrows: false };

/** The reference validator's limits. */
const SIZE_MAX = 1_000_000;
const DEPTH_MAX = 100;

/** The extent of a type that contains the others. */
export function combine(parts: Iterable<Extent>, offset: number): Extent {
  let { size, depth, borrows } = LEAF;
  for (const part of parts) {
    size += part.size;
    depth = Math.max(depth, part.depth + 1);
    borrows ||= part.borrows;
    if (size > SIZE_MAX)
      refuse('limit', offset, `A type is too large: more than ${SIZE_MAX} parts when written out`);
  }
  return { size, depth, borrows };
}

/** The value types directly inside a shape. */
export function partsOf(shape: Shape): readonly ValueType[] {
  switch (shape.kind) {
    case 'list':
      return [shape.element];
    case 'stream':
    case 'future':
      return shape.element === null ? [] : [shape.element];
    case 'record':
      return shape.fields.map(({ type }) => type);
    case 'tuple':
      return shape.types;
    case 'variant':
      return shape.cases.flatMap(({ type }) => type ?? []);
    case 'option':
      return [shape.some];
    case 'result':
      return [shape.ok, shape.err].flatMap((type) => type ?? []);
    default:
      return [];
  }
}

export function valueType(shape: Shape, offset: number): ValueType {
  if (shape.kind === 'borrow') return { kind: 'value', shape, extent: { ...LEAF, borrows: true } };
  const extent = combine(
    partsOf(shape).map((part) => part.extent),
    offset,
  );
  if (extent.depth > DEPTH_MAX) refuse('limit', offset, `A type is nested more than ${DEPTH_MAX} deep`);
  return { kind: 'value', shape, extent };
}

export function partsOfFunction({ params, result }: FunctionType): readonly ValueType[] {
  const types = params.map(({ type }) => type);
  return result === null ? types : [...types, result];
}

export function extentOf(entity: Entity): Extent {
  const type = entity.kind === 'type' ? entity.referenced : entity.type;
  return type.kind === 'resource' ? LEAF : type.extent;
}

/** For messages. */
export function describe(type: AnyType): string {
  switch (type.kind) {
    case 'value':
      return `a value type (${type.shape.kind})`;
    case 'func':
      return 'a function type';
    case 'instance':
      return 'an instance type';
    case 'resource':
      return 'a resource type';
  }
}
