// Turns what was read into the link plan: plain data, types written out, resources by index.
// The last part of step "decode" of the deploy path. Knows nothing of bytes.

import type {
  ExportedFunction,
  ImportedFunction,
  LiftedFunction,
  LinkPlan,
  ResourceDef,
} from '../../abi/canonical/link-plan.ts';
import type { CoreFuncType, FuncType, ValType } from '../../abi/canonical/types.ts';
import { moduleShape } from '../image/module-shape.ts';
import { refuse, unsupported } from '../refusal.ts';
import { memberOf } from './alias.ts';
import type { Assembly, LiftedMeaning, Meaning, Named, Scope } from './scope.ts';
import type { AnyType, Extent, FunctionType, Resource, Shape, ValueType } from './types.ts';

/** Arbitrary: types of a plan are trees, and their size is what storing them costs. */
const TYPE_PARTS_MAX = 500_000;

export function makePlan(root: Scope): LinkPlan {
  const { assembly } = root;
  checkTypesNamedOnce(root);
  const types = new TypeWriter(assembly);
  const names = exportedResourceNames(root);
  return {
    instances: assembly.instances,
    resources: assembly.resources.map(({ resource, origin }): ResourceDef => {
      if (origin.kind === 'local') return { ...origin, name: names.get(resource) ?? '' };
      const [first, second] = origin.path;
      return second === undefined
        ? { kind: 'imported', interface: null, name: first! }
        : { kind: 'imported', interface: first!, name: second };
    }),
    imports: assembly.imports.map(({ path, type }): ImportedFunction => {
      const name = path.at(-1)!;
      return { interface: path.length > 1 ? path[0]! : null, name, type: types.func(type) };
    }),
    payloads: assembly.payloads.map((payload) => types.payload(payload)),
    modules: assembly.modules.map(({ module, offset }) => moduleShape(module, offset)),
    steps: assembly.steps,
    fused: assembly.fused.map(({ type, meaning }) => lifted(type, meaning, types)),
    exports: [...root.export.items].flatMap(([name, item]) => exportedFunctions(name, item, types)),
  };
}

/**
 * A type that two interfaces name as their own cannot be said in WIT, and the reference validator
 * refuses it; naming a type of another interface (`use`) makes a new name for it.
 */
function checkTypesNamedOnce(root: Scope): void {
  const seen = new Set<AnyType>();
  for (const [name, { entity, offset }] of [...root.import.items, ...root.export.items]) {
    if (entity.kind !== 'instance') continue;
    for (const [inner, each] of entity.type.exports) {
      if (each.kind !== 'type') continue;
      if (seen.has(each.created)) {
        const what = `The type ${JSON.stringify(inner)} of ${JSON.stringify(name)}`;
        unsupported(offset, `${what} belongs to another interface or name as well, which is not supported`);
      }
      seen.add(each.created);
    }
  }
}

/** The names that resources have in the interfaces that export them. */
function exportedResourceNames(root: Scope): ReadonlyMap<Resource, string> {
  const names = new Map<Resource, string>();
  for (const [name, { entity }] of root.export.items) {
    if (entity.kind === 'type' && entity.created.kind === 'resource')
      names.set(entity.created.resource, name);
    if (entity.kind === 'instance')
      for (const [resource, inner] of entity.type.named) names.set(resource, inner);
  }
  return names;
}

function exportedFunctions(
  name: string,
  { entity, meaning, offset }: Named,
  types: TypeWriter,
): ExportedFunction[] {
  switch (entity.kind) {
    case 'type':
      return [];
    case 'func':
      return [exportedFunction(null, name, entity.type, meaning, offset, types)];
    case 'instance':
      return [...entity.type.exports].flatMap(([inner, each]) => {
        if (each.kind === 'type') return [];
        if (each.kind === 'instance') unsupported(offset, 'Instances within instances are not supported');
        const instance = meaning?.kind === 'lifted' ? null : meaning;
        return exportedFunction(name, inner, each.type, memberOf(instance, inner), offset, types);
      });
  }
}

function exportedFunction(
  instance: string | null,
  name: string,
  type: FunctionType,
  meaning: Meaning,
  offset: number,
  types: TypeWriter,
): ExportedFunction {
  if (meaning?.kind !== 'lifted') {
    unsupported(
      offset,
      `The exported function ${JSON.stringify(name)} is not one of the component's own code, which is not supported`,
    );
  }
  return { interface: instance, name, ...lifted(type, meaning, types) };
}

function lifted(
  type: FunctionType,
  { core, func, options }: LiftedMeaning,
  types: TypeWriter,
): LiftedFunction {
  return { type: types.func(type), core: core as CoreFuncType, func, options };
}

/** Writes types out; each node once, however often it is mentioned. */
class TypeWriter {
  readonly #written = new Map<ValueType, ValType>();
  readonly #assembly: Assembly;
  #parts = 0;

  constructor(assembly: Assembly) {
    this.#assembly = assembly;
  }

  func(type: FunctionType): FuncType {
    this.#count(type.extent);
    return {
      ...(type.async ? { async: true } : {}),
      params: type.params.map((param) => ({ name: param.name, type: this.#value(param.type) })),
      result: type.result === null ? null : this.#value(type.result),
    };
  }

  payload(type: ValueType | null): ValType | null {
    if (type === null) return null;
    this.#count(type.extent);
    return this.#value(type);
  }

  #count({ size }: Extent): void {
    this.#parts += size;
    if (this.#parts > TYPE_PARTS_MAX) {
      refuse(
        'limit',
        null,
        `The functions of this component have too large types: more than ${TYPE_PARTS_MAX} parts when written out`,
      );
    }
  }

  #value(type: ValueType): ValType {
    const known = this.#written.get(type);
    if (known !== undefined) return known;
    const written = this.#shape(type.shape);
    this.#written.set(type, written);
    return written;
  }

  #shape(shape: Shape): ValType {
    const optional = (type: ValueType | null) => (type === null ? null : this.#value(type));
    switch (shape.kind) {
      case 'list':
        return { kind: 'list', element: this.#value(shape.element) };
      case 'record':
        return {
          kind: 'record',
          fields: shape.fields.map(({ name, type }) => ({ name, type: this.#value(type) })),
        };
      case 'tuple':
        return { kind: 'tuple', types: shape.types.map((type) => this.#value(type)) };
      case 'variant':
        return {
          kind: 'variant',
          cases: shape.cases.map(({ name, type }) => ({ name, type: optional(type) })),
        };
      case 'option':
        return { kind: 'option', some: this.#value(shape.some) };
      case 'result':
        return { kind: 'result', ok: optional(shape.ok), err: optional(shape.err) };
      case 'stream':
      case 'future':
        return { kind: shape.kind, element: optional(shape.element) };
      case 'own':
      case 'borrow':
        return { kind: shape.kind, resource: this.#assembly.resourceIndex(shape.resource.resource) };
      default:
        return shape;
    }
  }
}
