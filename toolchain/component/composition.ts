// Writes a component that is made of others: what the whole imports, nested components, their
// instances, and which exports of these are the whole's. Every item is an instance; what fits what
// is not asked, the decoder says.
// Spec: component-model, design/mvp/Binary.md.

import { Reader } from '../wasm/reader.ts';
import { Writer } from '../wasm/writer.ts';
import { decodeComponent } from './decode.ts';

const SECTION = { module: 1, component: 4, instance: 5, alias: 6, export: 11 } as const;
const INSTANCE = 0x05;

/** An index in the whole's space of instances. */
type Instance = number;

export class Composition {
  readonly #writer: Writer;
  readonly #imports: readonly string[];
  #instances: number;
  #components = 0;

  /** Of the whole, which imports what `like` does: a component that begins with its imports, as tools write them. */
  constructor(like: Uint8Array) {
    this.#writer = new Writer().raw(importsOf(like));
    this.#imports = interfacesOf(like).imports;
    this.#instances = this.#imports.length;
  }

  /** The whole's import of that name. */
  imported(name: string): Instance {
    const index = this.#imports.indexOf(name);
    if (index === -1) throw new Error(`Nothing gives ${name}`);
    return index;
  }

  component(bytes: Uint8Array): number {
    this.#writer.section(SECTION.component, bytes);
    return this.#components++;
  }

  instantiate(component: number, args: readonly (readonly [string, Instance])[]): Instance {
    const contents = new Writer().u32(1).u8(0).u32(component).u32(args.length);
    for (const [name, instance] of args) contents.name(name).u8(INSTANCE).u32(instance);
    this.#writer.section(SECTION.instance, contents.finish());
    return this.#instances++;
  }

  /** What an instance exports. */
  alias(instance: Instance, name: string): Instance {
    const contents = new Writer().u32(1).u8(INSTANCE).u8(0).u32(instance).name(name);
    this.#writer.section(SECTION.alias, contents.finish());
    return this.#instances++;
  }

  export(name: string, instance: Instance): void {
    const contents = new Writer().u32(1).u8(0).name(name).u8(INSTANCE).u32(instance).u8(0);
    this.#writer.section(SECTION.export, contents.finish());
    this.#instances += 1;
  }

  bytes(): Uint8Array {
    return this.#writer.finish();
  }
}

/** The names of what a component imports and exports. @throws Error when it does not decode. */
export function interfacesOf(component: Uint8Array): {
  readonly imports: readonly string[];
  readonly exports: readonly string[];
} {
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
