// Puts other resources, or other types, in the place of those that a type mentions: for each
// import of an instance type and each instantiation, which give abstract resources a meaning.
// Nodes that mention nothing of what is replaced keep their identity.
// Spec: component-model, design/mvp/Binary.md "Instance Definitions", note on substitution.

import type { Effort } from './effort.ts';
import type {
  AnyType,
  Entity,
  FunctionType,
  InstanceType,
  Resource,
  ResourceType,
  Shape,
  ValueType,
} from './types.ts';

export class Substitution {
  readonly resources = new Map<Resource, Resource>();
  /** Types already done, and types for which others were given. */
  readonly types = new Map<AnyType, AnyType>();
  readonly #effort: Effort;
  readonly #offset: number;

  constructor(effort: Effort, offset: number) {
    this.#effort = effort;
    this.#offset = offset;
  }

  entity(entity: Entity): Entity {
    switch (entity.kind) {
      case 'func':
        return { kind: 'func', type: this.func(entity.type) };
      case 'instance':
        return { kind: 'instance', type: this.instance(entity.type) };
      case 'type':
        return { kind: 'type', created: this.any(entity.created), referenced: this.any(entity.referenced) };
    }
  }

  any(type: AnyType): AnyType {
    switch (type.kind) {
      case 'value':
        return this.value(type);
      case 'func':
        return this.func(type);
      case 'instance':
        return this.instance(type);
      case 'resource':
        return this.resource(type);
    }
  }

  resource(type: ResourceType): ResourceType {
    this.#effort.step(this.#offset);
    const given = this.types.get(type);
    if (given !== undefined) return given as ResourceType;
    const resource = this.resources.get(type.resource);
    return resource === undefined ? type : resource.reference(type.alias);
  }

  value(type: ValueType): ValueType {
    return this.#once(type, () => {
      const shape = this.#shape(type.shape);
      return shape === type.shape ? type : { ...type, shape };
    });
  }

  func(type: FunctionType): FunctionType {
    return this.#once(type, () => {
      const params = this.#each(type.params, (param) => this.#field(param));
      const result = type.result === null ? null : this.value(type.result);
      return params === type.params && result === type.result ? type : { ...type, params, result };
    });
  }

  instance(type: InstanceType): InstanceType {
    return this.#once(type, () => {
      const exports = new Map([...type.exports].map(([name, entity]) => [name, this.entity(entity)]));
      const resource = (old: Resource) => this.resources.get(old) ?? old;
      return {
        ...type,
        exports,
        introduced: type.introduced.map(resource),
        named: new Map([...type.named].map(([old, name]) => [resource(old), name])),
      };
    });
  }

  #shape(shape: Shape): Shape {
    switch (shape.kind) {
      case 'list': {
        const element = this.value(shape.element);
        return element === shape.element ? shape : { kind: 'list', element };
      }
      case 'stream':
      case 'future': {
        const element = shape.element === null ? null : this.value(shape.element);
        return element === shape.element ? shape : { kind: shape.kind, element };
      }
      case 'record': {
        const fields = this.#each(shape.fields, (field) => this.#field(field));
        return fields === shape.fields ? shape : { kind: 'record', fields };
      }
      case 'tuple': {
        const types = this.#each(shape.types, (part) => this.value(part));
        return types === shape.types ? shape : { kind: 'tuple', types };
      }
      case 'variant': {
        const cases = this.#each(shape.cases, (each) => this.#field(each));
        return cases === shape.cases ? shape : { kind: 'variant', cases };
      }
      case 'option': {
        const some = this.value(shape.some);
        return some === shape.some ? shape : { kind: 'option', some };
      }
      case 'result': {
        const ok = shape.ok === null ? null : this.value(shape.ok);
        const err = shape.err === null ? null : this.value(shape.err);
        return ok === shape.ok && err === shape.err ? shape : { kind: 'result', ok, err };
      }
      case 'own':
      case 'borrow': {
        const resource = this.resource(shape.resource);
        return resource === shape.resource ? shape : { kind: shape.kind, resource };
      }
      default:
        return shape;
    }
  }

  #field<F extends { readonly type: ValueType | null }>(field: F): F {
    if (field.type === null) return field;
    const type = this.value(field.type);
    return type === field.type ? field : { ...field, type };
  }

  /** The same list when nothing in it changed. */
  #each<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
    const changed = list.map(change);
    return changed.every((item, index) => item === list[index]) ? list : changed;
  }

  #once<T extends AnyType>(type: T, change: () => T): T {
    this.#effort.step(this.#offset);
    const done = this.types.get(type);
    if (done !== undefined) return done as T;
    const changed = change();
    this.types.set(type, changed);
    return changed;
  }
}
