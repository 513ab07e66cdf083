// What the name of an import or export demands: that no other is the same, and, of methods,
// static functions and constructors, that they belong to a resource of the same side.
// Spec: component-model, design/mvp/Binary.md "Import and Export Definitions", notes.

import { malformed } from '../refusal.ts';
import { type ExternName, uniqueKey } from './names.ts';
import type { Entity, ResourceType, ValueType } from './types.ts';

/** The names of one side of a scope. */
export class NameRules {
  readonly #keys = new Set<string>();
  readonly #resources = new Map<ResourceType, string>();
  readonly #resourceNames = new Set<string>();

  addResource(name: string, type: ResourceType): void {
    this.#resources.set(type, name);
    this.#resourceNames.add(name);
  }

  /** Refuses a name that is there already, or that does not fit what it names. */
  add(text: string, name: ExternName, entity: Entity, offset: number): void {
    const problem = name.kind === 'label' || name.kind === 'interface' ? null : this.#problem(name, entity);
    if (problem !== null) malformed(offset, `The name ${JSON.stringify(text)} does not fit: ${problem}`);
    const key = uniqueKey(name);
    if (this.#keys.has(key)) {
      const same = 'is used twice, or differs from another in letter case or hyphens only';
      malformed(offset, `The name ${JSON.stringify(text)} ${same}`);
    }
    this.#keys.add(key);
  }

  #problem(name: AnnotatedName, entity: Entity): string | null {
    if (entity.kind !== 'func') return 'it is not a function';
    const { params, result } = entity.type;
    switch (name.kind) {
      case 'static':
        return this.#resourceNames.has(name.resource) ? null : 'there is no resource of this name here';
      case 'constructor':
        return this.#handleProblem(constructed(result), 'own', name.resource);
      case 'method': {
        const [self] = params;
        if (self?.name !== 'self') return 'its first parameter is not named "self"';
        return this.#handleProblem(self.type, 'borrow', name.resource);
      }
    }
  }

  #handleProblem(type: ValueType | null, wanted: 'own' | 'borrow', resource: string): string | null {
    if (type?.shape.kind !== wanted) {
      return wanted === 'own' ? 'it returns no own handle' : 'it takes no borrow as "self"';
    }
    const name = this.#resources.get(type.shape.resource);
    return name === resource ? null : 'its resource has another name here, or none';
  }
}

type AnnotatedName = Exclude<ExternName, { kind: 'label' | 'interface' }>;

/** What a constructor returns, bare or as the ok case of a result. */
function constructed(result: ValueType | null): ValueType | null {
  return result?.shape.kind === 'result' ? result.shape.ok : result;
}
