// What is known at one point of a component, of a nested component or of an instance type: the
// index spaces so far, what was imported and exported, and which resources belong to whom.
// Every definition is kept twice: as a type, for checking, and as what it comes down to in the
// end, for the plan. Lookups refuse indices that are not there yet.
// Spec: component-model, design/mvp/Explainer.md "Index Spaces".

import type { CanonOptions, CoreExport, CoreFunc, Step } from '../../abi/canonical/link-plan.ts';
import { malformed } from '../refusal.ts';
import type { CoreModule } from '../wasm/module.ts';
import type { Reader } from '../wasm/reader.ts';
import type * as core from '../wasm/types.ts';
import { Effort } from './effort.ts';
import { NameRules } from './name-rules.ts';
import {
  type AnyType,
  type ComponentType,
  describe,
  type Entity,
  type FunctionType,
  type InstanceType,
  type Resource,
  type ResourceType,
  type ValueType,
} from './types.ts';

export interface LiftedMeaning {
  readonly kind: 'lifted';
  readonly func: CoreFunc;
  readonly core: core.FunctionType;
  readonly options: CanonOptions;
}

/** What a component function is: one of an import, named by the import and the name in it, or a lifted one. */
export type FunctionMeaning = { readonly kind: 'imported'; readonly path: readonly string[] } | LiftedMeaning;

/** What an instance is: an import, named by a path, or a bag of what is exported. Types mean nothing here. */
export type InstanceMeaning =
  | { readonly kind: 'imported'; readonly path: readonly string[] }
  | { readonly kind: 'bag'; readonly items: ReadonlyMap<string, Meaning> };

export type Meaning = FunctionMeaning | InstanceMeaning | null;

/** What instantiations of a nested component are given, by the name of the import. */
export type Args = ReadonlyMap<string, { readonly entity: Entity; readonly meaning: Meaning }>;

/** A nested component: read once to be checked, and once more for each instance of it. */
export interface ComponentDefinition {
  /** Null where it was checked already: inside of an instance. */
  readonly type: ComponentType | null;
  readonly reader: Reader;
  /** Where it stands, for aliases of what is around it. */
  readonly around: Scope;
}

export interface CoreFunctionEntry {
  readonly type: core.FunctionType;
  readonly func: CoreFunc;
}

/** A table, memory, global or tag. */
export interface CoreItemEntry {
  readonly type: core.ExternType;
  readonly item: CoreExport;
}

export interface CoreInstanceEntry {
  /** That of the plan which makes it. */
  readonly step: number;
  readonly exports: ReadonlyMap<string, core.ExternType>;
  /** What a bundle's items come down to; null when a module was instantiated. */
  readonly bundle: ReadonlyMap<string, CoreFunc | CoreExport> | null;
}

export interface ModuleEntry {
  readonly module: CoreModule;
  readonly offset: number;
  readonly exports: ReadonlyMap<string, core.ExternType>;
}

/** What exists once per binary. */
class Common {
  readonly effort = new Effort();
  /** Core modules by where they stand: none is read twice. */
  readonly modules = new Map<number, ModuleEntry>();
  /** Encodings other than UTF-8, by where in the file the option stands that chooses it. */
  readonly encodings = new Map<number, CanonOptions['encoding']>();
  aliases = 0;
}

/** The plan in the making; for a nested component that is only checked, one that is thrown away. */
export class Assembly {
  readonly common: Common;
  readonly modules: ModuleEntry[] = [];
  readonly #moduleIndices = new Map<ModuleEntry, number>();
  /** The parents of component instances. */
  readonly instances: (number | null)[] = [];
  readonly steps: Step[] = [];
  readonly imports: { readonly path: readonly string[]; readonly type: FunctionType }[] = [];
  /** Functions of one component instance that another calls. */
  readonly fused: { readonly type: FunctionType; readonly meaning: LiftedMeaning }[] = [];
  /** What streams and futures carry and what tasks return, as the plan lists it. */
  readonly payloads: (ValueType | null)[] = [];
  readonly #payloadIndices = new Map<ValueType | null, number>();
  /** The resources of the plan, in its order. */
  readonly resources: { readonly resource: Resource; readonly origin: ResourceOrigin }[] = [];
  readonly #resourceIndices = new Map<Resource, number>();

  constructor(common = new Common()) {
    this.common = common;
  }

  get effort(): Effort {
    return this.common.effort;
  }

  moduleIndex(module: ModuleEntry): number {
    const known = this.#moduleIndices.get(module);
    if (known !== undefined) return known;
    this.#moduleIndices.set(module, this.modules.length);
    return this.modules.push(module) - 1;
  }

  addResource(resource: Resource, origin: ResourceOrigin): void {
    this.#resourceIndices.set(resource, this.resources.length);
    this.resources.push({ resource, origin });
  }

  /** Index in the plan. Every resource that a type of the component itself mentions has one. */
  resourceIndex(resource: Resource): number {
    const index = this.#resourceIndices.get(resource);
    if (index === undefined)
      throw new Error(`The resource ${JSON.stringify(resource.name)} has no place in the plan`);
    return index;
  }

  payloadIndex(payload: ValueType | null): number {
    const known = this.#payloadIndices.get(payload);
    if (known !== undefined) return known;
    this.#payloadIndices.set(payload, this.payloads.length);
    return this.payloads.push(payload) - 1;
  }

  /** A type equal to `type` under a name of its own. */
  alias(type: AnyType): AnyType {
    if (type.kind === 'resource') return type.resource.reference(++this.common.aliases);
    return type.kind === 'value' ? { ...type } : type;
  }
}

export type ResourceOrigin =
  | { readonly kind: 'imported'; readonly path: readonly string[]; readonly offset: number }
  | { readonly kind: 'local'; readonly dtor: CoreFunc | null; readonly instance: number };

/** An import or export with the offset at which it stands. */
export interface Named {
  readonly entity: Entity;
  readonly meaning: Meaning;
  readonly offset: number;
}

export type Direction = 'import' | 'export';

/** One direction of a scope: its names, and the types that may be mentioned there. */
export class Surface {
  readonly items = new Map<string, Named>();
  readonly names = new NameRules();
  /** Types that have a name on this side. Imported ones count as exported too. */
  readonly namedTypes = new Set<AnyType>();
}

/** What makes a scope that of one instance of a nested component. */
interface Instantiation {
  readonly by: Scope;
  readonly args: Args;
}

export class Scope {
  readonly kind: 'component' | 'instance type';
  /** The one around it in the file. */
  readonly parent: Scope | null;
  readonly assembly: Assembly;
  /**
   * Null for what is read to be checked: it stands for all instances. In an instance of a nested component,
   * which was checked before, imports are what was given.
   */
  readonly instantiation: Instantiation | null;
  #instance: number | null = null;

  readonly modules: ModuleEntry[] = [];

  readonly coreFuncs: CoreFunctionEntry[] = [];
  readonly coreItems: Record<CoreItemSort, CoreItemEntry[]> = { table: [], memory: [], global: [], tag: [] };
  readonly coreTypes: core.FunctionType[] = [];
  readonly coreInstances: CoreInstanceEntry[] = [];
  readonly types: AnyType[] = [];
  readonly funcs: { readonly type: FunctionType; readonly meaning: FunctionMeaning | null }[] = [];
  readonly instances: { readonly type: InstanceType; readonly meaning: InstanceMeaning | null }[] = [];
  readonly components: ComponentDefinition[] = [];

  readonly import = new Surface();
  readonly export = new Surface();
  /** Resources that come in, with the import, and the export of it, that names each. */
  readonly importedResources = new Map<Resource, readonly string[]>();
  /** Resources introduced here. */
  readonly definedResources = new Set<Resource>();
  /** The name under which each resource is exported; of an instance's, the instance's. */
  readonly exportedResources = new Map<Resource, string>();

  constructor(
    kind: Scope['kind'],
    parent: Scope | null,
    assembly: Assembly,
    instantiation: Instantiation | null = null,
  ) {
    this.kind = kind;
    this.parent = parent;
    this.assembly = assembly;
    this.instantiation = instantiation;
  }

  /** Its index in the plan; whoever has no functions of its own has none. */
  get instance(): number {
    if (this.#instance !== null) return this.#instance;
    const parent = this.instantiation === null ? null : this.instantiation.by.instance;
    this.#instance = this.assembly.instances.push(parent) - 1;
    return this.#instance;
  }

  /** How many instantiations it stands in. */
  get depth(): number {
    return this.instantiation === null ? 0 : this.instantiation.by.depth + 1;
  }

  type(index: number, offset: number): AnyType {
    return at(this.types, index, 'type', offset);
  }

  valueType(index: number, offset: number): ValueType {
    const type = this.type(index, offset);
    return type.kind === 'value' ? type : wrongType(index, type, 'a value type', offset);
  }

  functionType(index: number, offset: number): FunctionType {
    const type = this.type(index, offset);
    return type.kind === 'func' ? type : wrongType(index, type, 'a function type', offset);
  }

  instanceType(index: number, offset: number): InstanceType {
    const type = this.type(index, offset);
    return type.kind === 'instance' ? type : wrongType(index, type, 'an instance type', offset);
  }

  resource(index: number, offset: number): ResourceType {
    const type = this.type(index, offset);
    return type.kind === 'resource' ? type : wrongType(index, type, 'a resource type', offset);
  }
}

export type CoreItemSort = 'table' | 'memory' | 'global' | 'tag';

/** The item at an index of an index space; `what` names the space in messages. */
export function at<T>(space: readonly T[], index: number, what: string, offset: number): T {
  const item = space[index];
  if (item === undefined)
    malformed(offset, `Unknown ${what} ${index}: only ${space.length} are defined so far`);
  return item;
}

function wrongType(index: number, type: AnyType, wanted: string, offset: number): never {
  return malformed(offset, `Type ${index} is ${describe(type)} where ${wanted} is needed`);
}
