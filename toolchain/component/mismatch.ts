// Whether one type may stand where another is asked for: for the arguments of an instantiation,
// the type written beside an export, and what a component imports against what is served.
// As in the reference validator, value and function types must be equal; only instances may
// export more than is asked for.
// Spec: component-model, design/mvp/Explainer.md "Type Checking".

import type { Effort } from './effort.ts';
import {
  type AnyType,
  describe,
  type Entity,
  type FunctionType,
  type InstanceType,
  type OptionalField,
  partsOf,
  type Shape,
  type ValueType,
} from './types.ts';

/** All its methods give null when `given` will do, or what is in the way. */
export class Comparison {
  readonly #effort: Effort;
  readonly #offset: number;

  constructor(effort: Effort, offset: number) {
    this.#effort = effort;
    this.#offset = offset;
  }

  entity(given: Entity, wanted: Entity): string | null {
    this.#effort.step(this.#offset);
    if (given.kind === 'func' && wanted.kind === 'func') return this.func(given.type, wanted.type);
    if (given.kind === 'instance' && wanted.kind === 'instance')
      return this.instance(given.type, wanted.type);
    if (given.kind === 'type' && wanted.kind === 'type') return this.any(given.referenced, wanted.referenced);
    return `it is a ${given.kind} and should be a ${wanted.kind}`;
  }

  any(given: AnyType, wanted: AnyType): string | null {
    if (given.kind === 'value' && wanted.kind === 'value') return this.value(given, wanted);
    if (given.kind === 'func' && wanted.kind === 'func') return this.func(given, wanted);
    if (given.kind === 'instance' && wanted.kind === 'instance') return this.instance(given, wanted);
    if (given.kind === 'resource' && wanted.kind === 'resource') {
      return given.resource === wanted.resource ? null : 'it is another resource type';
    }
    return `it is ${describe(given)} and should be ${describe(wanted)}`;
  }

  instance(given: InstanceType, wanted: InstanceType): string | null {
    for (const [name, entity] of wanted.exports) {
      const found = given.exports.get(name);
      if (found === undefined) return `it has no export named ${JSON.stringify(name)}`;
      const mismatch = this.entity(found, entity);
      if (mismatch !== null) return `in its export ${JSON.stringify(name)}, ${mismatch}`;
    }
    return null;
  }

  func(given: FunctionType, wanted: FunctionType): string | null {
    if (given.async !== wanted.async)
      return given.async ? 'it is asynchronous and should not be' : 'it should be asynchronous and is not';
    if (given.params.length !== wanted.params.length) {
      return `it has ${given.params.length} parameters and should have ${wanted.params.length}`;
    }
    for (const [index, param] of wanted.params.entries()) {
      const found = given.params[index]!;
      if (found.name !== param.name) {
        return `its parameter ${JSON.stringify(found.name)} should be named ${JSON.stringify(param.name)}`;
      }
      const mismatch = this.value(found.type, param.type);
      if (mismatch !== null) return `in its parameter ${JSON.stringify(param.name)}, ${mismatch}`;
    }
    const mismatch = this.#optional(given.result, wanted.result, 'a result');
    return mismatch === null ? null : `in its result, ${mismatch}`;
  }

  value(given: ValueType, wanted: ValueType): string | null {
    this.#effort.step(this.#offset);
    if (given === wanted) return null;
    return this.#shape(given.shape, wanted.shape);
  }

  #shape(given: Shape, wanted: Shape): string | null {
    if (given.kind !== wanted.kind) return `it is of type ${given.kind} and should be of type ${wanted.kind}`;
    if (given.kind === 'record' && wanted.kind === 'record')
      return this.#fields(given.fields, wanted.fields, 'field');
    if (given.kind === 'variant' && wanted.kind === 'variant')
      return this.#fields(given.cases, wanted.cases, 'case');
    if ('names' in given && 'names' in wanted) return sameNames(given.names, wanted.names);
    if ('resource' in given && 'resource' in wanted) {
      return given.resource.resource === wanted.resource.resource
        ? null
        : 'it is a handle of another resource type';
    }
    if (given.kind === 'result' && wanted.kind === 'result') {
      return (
        this.#optional(given.ok, wanted.ok, 'an ok type') ??
        this.#optional(given.err, wanted.err, 'an error type')
      );
    }
    if (isAsync(given) && isAsync(wanted)) return this.#optional(given.element, wanted.element, 'elements');
    return this.#parts(partsOf(given), partsOf(wanted));
  }

  #parts(given: readonly ValueType[], wanted: readonly ValueType[]): string | null {
    if (given.length !== wanted.length)
      return `it has ${given.length} members and should have ${wanted.length}`;
    for (const [index, part] of wanted.entries()) {
      const mismatch = this.value(given[index]!, part);
      if (mismatch !== null) return mismatch;
    }
    return null;
  }

  #fields(given: readonly OptionalField[], wanted: readonly OptionalField[], what: string): string | null {
    if (given.length !== wanted.length) {
      return `it has ${given.length} ${what}s and should have ${wanted.length}`;
    }
    for (const [index, { name, type }] of wanted.entries()) {
      const found = given[index]!;
      if (found.name !== name) {
        return `its ${what} ${JSON.stringify(found.name)} should be named ${JSON.stringify(name)}`;
      }
      const mismatch = this.#optional(found.type, type, 'a type');
      if (mismatch !== null) return `in its ${what} ${JSON.stringify(name)}, ${mismatch}`;
    }
    return null;
  }

  #optional(given: ValueType | null, wanted: ValueType | null, what: string): string | null {
    if (given !== null && wanted !== null) return this.value(given, wanted);
    if (given === wanted) return null;
    return given === null ? `it should have ${what} and has none` : `it has ${what} and should have none`;
  }
}

function isAsync(shape: Shape): shape is Shape & { kind: 'stream' | 'future' } {
  return shape.kind === 'stream' || shape.kind === 'future';
}

function sameNames(given: readonly string[], wanted: readonly string[]): string | null {
  const same = given.length === wanted.length && given.every((name, index) => name === wanted[index]);
  return same ? null : 'its names differ from those that it should have';
}
