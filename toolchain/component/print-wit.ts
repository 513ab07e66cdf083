// The world of a decoded component as WIT text, with the types of everything that it imports and
// exports: what `wheeler inspect` shows. Pure. WIT's own names of packages and worlds are not in a
// component, so the world is called root:component/root, as other tools do.
// Spec: component-model, design/mvp/WIT.md.

import type { DecodedComponent } from './decode.ts';
import { parseExternName } from './names.ts';
import type {
  AnyType,
  Entity,
  Field,
  FunctionType,
  InstanceType,
  OptionalField,
  ValueType,
} from './types.ts';

/** Words that WIT would take for something else, unless a % stands in front. */
const KEYWORDS = new Set(
  `as async bool borrow char constructor enum export f32 f64 flags from func future import include
  interface list option own package record resource result s16 s32 s64 s8 static stream string tuple
  type u16 u32 u64 u8 use variant with world`.split(/\s+/),
);

export function printWit({ imports, exports }: DecodedComponent): string {
  const printer = new Printer();
  const packages = new Map<string, string[]>();
  const seen = new Set<string>();
  const world: string[] = [];
  for (const [direction, items] of [['import', imports] as const, ['export', exports] as const]) {
    for (const [name, { entity }] of items) {
      world.push(printer.worldItem(direction, name, entity));
      const path = interfacePath(name);
      if (entity.kind !== 'instance' || path === null || seen.has(name)) continue;
      seen.add(name);
      const body = printer.interface(name, entity.type);
      packages.set(path.package, [
        ...(packages.get(path.package) ?? []),
        block(`interface ${escaped(path.interface)}`, body),
      ]);
    }
  }
  const nested = [...packages].map(([name, interfaces]) =>
    block(`package ${name}`, [interfaces.join('\n\n')]),
  );
  return `${['package root:component;', block('world root', world), ...nested].join('\n\n')}\n`;
}

/** Where a type was given its name. */
interface Home {
  readonly interface: string;
  readonly name: string;
}

class Printer {
  /** Each type that has a name, where it got the name first. */
  readonly #homes = new Map<object, Home>();
  /** The names that types have in the interface that is being printed. */
  #names = new Map<object, string>();

  worldItem(direction: 'import' | 'export', name: string, entity: Entity): string {
    if (entity.kind === 'func') return `${direction} ${escaped(name)}: ${this.#function(entity.type)};`;
    if (entity.kind === 'type') return `${direction} type ${escaped(name)};`;
    if (interfacePath(name) !== null) return `${direction} ${name};`;
    return block(`${direction} ${escaped(name)}: interface`, this.interface(name, entity.type));
  }

  interface(name: string, { exports }: InstanceType): string[] {
    this.#names = new Map();
    const functionItem = (item: string, entity: Entity) =>
      entity.kind === 'func' && !item.startsWith('[')
        ? [`${escaped(item)}: ${this.#function(entity.type)};`]
        : [];
    // Named first, all of them: a method may mention a type that comes after its resource.
    const items = [...exports].map(([item, entity]) =>
      entity.kind === 'type' ? this.#nameType(name, item, entity, exports) : () => functionItem(item, entity),
    );
    return items.flatMap((print) => print());
  }

  /** Gives the type its name; what comes back prints its declaration. */
  #nameType(
    owner: string,
    name: string,
    { created, referenced }: Extract<Entity, { kind: 'type' }>,
    exports: InstanceType['exports'],
  ): () => string[] {
    const home = this.#homes.get(keyOf(referenced));
    const local = this.#names.get(keyOf(referenced));
    for (const type of [created, referenced]) {
      if (!this.#homes.has(keyOf(type))) this.#homes.set(keyOf(type), { interface: owner, name });
      if (!this.#names.has(keyOf(type))) this.#names.set(keyOf(type), name);
    }
    if (local !== undefined) return () => [`type ${escaped(name)} = ${escaped(local)};`];
    if (home !== undefined && home.interface !== owner) return () => [use(home, owner, name)];
    if (created.kind === 'resource') return () => [this.#resource(name, exports)];
    return () => (created.kind === 'value' ? [this.#declaration(name, created)] : []);
  }

  #resource(name: string, exports: InstanceType['exports']): string {
    const lines: string[] = [];
    for (const [item, entity] of exports) {
      if (entity.kind !== 'func') continue;
      const parsed = parseExternName(item, 'export', 0);
      if (!('resource' in parsed) || parsed.resource !== name) continue;
      const { params } = entity.type;
      if (parsed.kind === 'constructor') lines.push(`constructor(${this.#params(params)});`);
      else if (parsed.kind === 'static') {
        lines.push(`${escaped(parsed.method)}: static ${this.#function(entity.type)};`);
      } else {
        const self = { ...entity.type, params: params.slice(1) };
        lines.push(`${escaped(parsed.method)}: ${this.#function(self)};`);
      }
    }
    return lines.length === 0 ? `resource ${escaped(name)};` : block(`resource ${escaped(name)}`, lines);
  }

  #declaration(name: string, { shape }: ValueType): string {
    const id = escaped(name);
    switch (shape.kind) {
      case 'record':
        return block(
          `record ${id}`,
          shape.fields.map((field) => `${escaped(field.name)}: ${this.#type(field.type)},`),
        );
      case 'variant':
        return block(
          `variant ${id}`,
          shape.cases.map((one) => `${this.#case(one)},`),
        );
      case 'enum':
      case 'flags':
        return block(
          `${shape.kind} ${id}`,
          shape.names.map((one) => `${escaped(one)},`),
        );
      default:
        return `type ${id} = ${this.#shape(shape)};`;
    }
  }

  #case({ name, type }: OptionalField): string {
    return type === null ? escaped(name) : `${escaped(name)}(${this.#type(type)})`;
  }

  #function({ async, params, result }: FunctionType): string {
    return `${async ? 'async ' : ''}func(${this.#params(params)})${result === null ? '' : ` -> ${this.#type(result)}`}`;
  }

  #params(params: readonly Field[]): string {
    return params.map(({ name, type }) => `${escaped(name)}: ${this.#type(type)}`).join(', ');
  }

  #type(type: ValueType): string {
    const name = this.#names.get(type);
    return name === undefined ? this.#shape(type.shape) : escaped(name);
  }

  #shape(shape: ValueType['shape']): string {
    switch (shape.kind) {
      case 'list':
        return `list<${this.#type(shape.element)}>`;
      case 'tuple':
        return `tuple<${shape.types.map((type) => this.#type(type)).join(', ')}>`;
      case 'option':
        return `option<${this.#type(shape.some)}>`;
      case 'stream':
      case 'future':
        return shape.element === null ? shape.kind : `${shape.kind}<${this.#type(shape.element)}>`;
      case 'result':
        return resultType(shape.ok && this.#type(shape.ok), shape.err && this.#type(shape.err));
      case 'own':
        return escaped(this.#names.get(shape.resource.resource) ?? shape.resource.resource.name);
      case 'borrow':
        return `borrow<${escaped(this.#names.get(shape.resource.resource) ?? shape.resource.resource.name)}>`;
      default:
        // A record, variant, enum or set of flags has a name; where it has none, its kind has to do.
        return shape.kind;
    }
  }
}

/** A resource is one thing however often it is aliased. */
function keyOf(type: AnyType): object {
  return type.kind === 'resource' ? type.resource : type;
}

function resultType(ok: string | null, err: string | null): string {
  if (err !== null) return `result<${ok ?? '_'}, ${err}>`;
  return ok === null ? 'result' : `result<${ok}>`;
}

function use(home: Home, owner: string, name: string): string {
  const [there, here] = [interfacePath(home.interface), interfacePath(owner)];
  const isNear = there !== null && there.package === here?.package;
  const from = isNear ? escaped(there.interface) : home.interface;
  const what = home.name === name ? escaped(name) : `${escaped(home.name)} as ${escaped(name)}`;
  return `use ${from}.{${what}};`;
}

/** `wheeler:edge/http@0.1.0` is `http` in `wheeler:edge@0.1.0`; null for a plain name. */
function interfacePath(name: string): { readonly package: string; readonly interface: string } | null {
  const match = /^([^/]+)\/([^@]+)(@.*)?$/.exec(name);
  return match === null ? null : { package: `${match[1]}${match[3] ?? ''}`, interface: match[2] as string };
}

function escaped(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

function block(head: string, lines: readonly string[]): string {
  if (lines.length === 0) return `${head} {}`;
  return `${head} {\n${lines.join('\n').replace(/^(?=.)/gm, '  ')}\n}`;
}
