// What a type mentions: which resources, and whether all types that need a name have one.
// Both rules keep a component self-contained: whoever uses it can write down its type.
// Spec: component-model, design/mvp/Binary.md "Import and Export Definitions", notes.

import type { Effort } from './effort.ts';
import {
  type AnyType,
  type Entity,
  partsOf,
  partsOfFunction,
  type Resource,
  type ValueType,
} from './types.ts';

/** Adds the resources that `type` mentions without introducing them itself. */
export function collectResources(type: AnyType, found: Set<Resource>, effort: Effort, offset: number): void {
  const seen = new Set<AnyType>();
  const visit = (each: AnyType): void => {
    effort.step(offset);
    if (each.kind === 'resource') {
      found.add(each.resource);
      return;
    }
    if (seen.has(each)) return;
    seen.add(each);
    switch (each.kind) {
      case 'value':
        if ('resource' in each.shape) found.add(each.shape.resource.resource);
        partsOf(each.shape).forEach(visit);
        break;
      case 'func':
        partsOfFunction(each).forEach(visit);
        break;
      case 'instance':
        for (const entity of each.exports.values()) visit(typeOf(entity));
        for (const resource of each.introduced) found.delete(resource);
        break;
    }
  };
  visit(type);
}

function typeOf(entity: Entity): AnyType {
  return entity.kind === 'type' ? entity.created : entity.type;
}

/** Whether types are named, given the set of those that have a name. */
export class Naming {
  readonly #named: ReadonlySet<AnyType>;
  readonly #effort: Effort;
  readonly #offset: number;

  constructor(named: ReadonlySet<AnyType>, effort: Effort, offset: number) {
    this.#named = named;
    this.#effort = effort;
    this.#offset = offset;
  }

  /** Everything directly inside `type` may be mentioned; `type` itself is about to get a name. */
  inside(type: AnyType): boolean {
    this.#effort.step(this.#offset);
    switch (type.kind) {
      case 'resource':
        return true;
      case 'value':
        if ('resource' in type.shape) return this.#named.has(type.shape.resource);
        return partsOf(type.shape).every((part) => this.mentions(part));
      case 'func':
        return partsOfFunction(type).every((part) => this.mentions(part));
      case 'instance':
        return [...type.exports.values()].every((entity) => this.inside(typeOf(entity)));
    }
  }

  /** `type` may be mentioned: it is named, or of a kind that needs no name and all inside is named. */
  mentions(type: ValueType): boolean {
    this.#effort.step(this.#offset);
    switch (type.shape.kind) {
      case 'record':
      case 'variant':
      case 'enum':
      case 'flags':
        return this.#named.has(type);
      case 'own':
      case 'borrow':
        return this.#named.has(type.shape.resource);
      default:
        return partsOf(type.shape).every((part) => this.mentions(part));
    }
  }
}
