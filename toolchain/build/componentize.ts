// Core module in, component out: the last step of every build, whatever the language.
// Needs the WIT; knows nothing of compilers.

import { componentEmbed, componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { witSource } from './wit-source.ts';

export interface ComponentizeOptions {
  /** Name of the world in the WIT, `edge` unless given; null: the module says itself what it is. */
  readonly world?: string | null;
  /** How the guest keeps its strings. */
  readonly encoding: 'utf8' | 'utf16';
  /** WIT text with the world in it; ours unless given. */
  readonly wit?: string;
  /** Adapters by the module name that they serve, e.g. `wasi_snapshot_preview1`. */
  readonly adapters?: readonly (readonly [name: string, bytes: Uint8Array])[];
}

/**
 * Makes a component of a core module that follows the canonical ABI of the world.
 * @throws the tools' message when an import or export does not fit the world.
 */
export async function componentize(core: Uint8Array, options: ComponentizeOptions): Promise<Uint8Array> {
  const { world = 'edge' } = options;
  const embedded = world === null ? core : await embed(core, world, options);
  return componentNew(
    embedded,
    (options.adapters ?? []).map(([name, bytes]) => [name, bytes]),
  );
}

async function embed(
  core: Uint8Array,
  world: string,
  { wit, encoding }: ComponentizeOptions,
): Promise<Uint8Array> {
  const witText = wit ?? (await witSource());
  return componentEmbed({
    binary: core,
    witSource: witText,
    world,
    stringEncoding: encoding,
    features: { tag: 'all' },
  });
}
