// Puts one component in front of another, as wac and `wasm-tools compose` do: the inner one gets what the
// whole imports, the outer one calls the inner one where it can, and the whole exports what the outer
// one does. Written after the specification and not with those tools, which tests would have to fetch.
// Spec: component-model, design/mvp/Binary.md.

import { decodeComponent } from '../../toolchain/component/decode.ts';
import { Reader } from '../../toolchain/wasm/reader.ts';
import { Writer } from '../../toolchain/wasm/writer.ts';

const SECTION = { module: 1, component: 4, instance: 5, alias: 6, export: 11 } as const;
const INSTANCE = 0x05;

export interface Composition {
  readonly outer: Uint8Array;
  readonly inner: Uint8Array;
  /** Which export of `inner` serves an import of `outer`; the same name unless given. */
  readonly links?: Readonly<Record<string, string>>;
  /** More exports of the whole: those of `inner`. */
  readonly reexported?: readonly string[];
}

/** What the whole imports is what one of the two imports; the other imports nothing more of the host. */
export function composed({ outer, inner, links = {}, reexported = [] }: Composition): Uint8Array {
  const [outerNames, innerNames] = [namesOf(outer), namesOf(inner)];
  const fromInner = (name: string) => {
    const wanted = links[name] ?? name;
    return innerNames.exports.includes(wanted) ? wanted : null;
  };
  const outerAlone = outerNames.imports.filter((name) => fromInner(name) === null);
  const [head, imports] =
    outerAlone.length > innerNames.imports.length
      ? [importsOf(outer), outerNames.imports]
      : [importsOf(inner), innerNames.imports];
  const root = new Root(head, imports);
  const innerComponent = root.component(inner);
  const outerComponent = root.component(outer);
  const innerInstance = root.instantiate(
    innerComponent,
    innerNames.imports.map((name) => [name, root.imported(name)]),
  );
  const outerInstance = root.instantiate(
    outerComponent,
    outerNames.imports.map((name) => {
      const served = fromInner(name);
      return [name, served === null ? root.imported(name) : root.alias(innerInstance, served)];
    }),
  );
  for (const name of outerNames.exports) root.export(name, root.alias(outerInstance, name));
  for (const name of reexported) root.export(name, root.alias(innerInstance, name));
  return root.bytes();
}

class Root {
  readonly #writer: Writer;
  readonly #imports: readonly string[];
  #instances: number;
  #components = 0;

  constructor(head: Uint8Array, imports: readonly string[]) {
    this.#writer = new Writer().raw(head);
    this.#imports = imports;
    this.#instances = imports.length;
  }

  imported(name: string): number {
    const index = this.#imports.indexOf(name);
    if (index === -1) throw new Error(`Nothing gives ${name}`);
    return index;
  }

  component(bytes: Uint8Array): number {
    this.#writer.section(SECTION.component, bytes);
    return this.#components++;
  }

  instantiate(component: number, args: readonly (readonly [string, number])[]): number {
    const contents = new Writer().u32(1).u8(0).u32(component).u32(args.length);
    for (const [name, instance] of args) contents.name(name).u8(INSTANCE).u32(instance);
    this.#writer.section(SECTION.instance, contents.finish());
    return this.#instances++;
  }

  alias(instance: number, name: string): number {
    const contents = new Writer().u32(1).u8(INSTANCE).u8(0).u32(instance).name(name);
    this.#writer.section(SECTION.alias, contents.finish());
    return this.#instances++;
  }

  export(name: string, instance: number): void {
    const contents = new Writer().u32(1).u8(0).name(name).u8(INSTANCE).u32(instance).u8(0);
    this.#writer.section(SECTION.export, contents.finish());
    this.#instances += 1;
  }

  bytes(): Uint8Array {
    return this.#writer.finish();
  }
}

function namesOf(component: Uint8Array): { readonly imports: string[]; readonly exports: string[] } {
  const decoded = decodeComponent(component);
  if ('findings' in decoded) throw new Error(JSON.stringify(decoded.findings));
  const { imports, exports } = decoded.component;
  return { imports: [...imports.keys()], exports: [...exports.keys()] };
}

/** All before the first core module or component: tools put there the imports, and the types that these need. */
function importsOf(component: Uint8Array): Uint8Array {
  const reader = new Reader(component, 8);
  let end = reader.position;
  while (!reader.done && reader.peek() !== SECTION.module && reader.peek() !== SECTION.component) {
    reader.u8();
    reader.skip(reader.u32());
    end = reader.position;
  }
  return component.subarray(0, end);
}
