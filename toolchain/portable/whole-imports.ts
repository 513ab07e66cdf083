// A component without content that imports given functions: what the whole imports is written like its
// imports. The component tools make it, so that interfaces, types and their order are as everywhere.
// Step 4 of making a component portable.

import { componentEmbed, parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { componentize } from '../build/componentize.ts';
import type { Item } from '../component/describe.ts';
import { type CoreModule, readModule } from '../wasm/module.ts';
import type { FunctionType } from '../wasm/types.ts';
import { adapterWit } from './adapters.ts';

const WORLD = 'whole';

/** @param items what the parts import; of an interface that is named twice, what any of them uses. */
export async function wholeImports(items: readonly Item[]): Promise<Uint8Array> {
  const wit = await adapterWit();
  const all = await componentEmbed({ dummy: true, witSource: wit, world: WORLD, features: { tag: 'all' } });
  const types = functionTypes(readModule(all, 0));
  const wanted = new Set(items.flatMap(({ name, functions }) => functions.map((each) => `${name}#${each}`)));
  const lines = [...wanted].map((path) => {
    const [name, item] = path.split('#') as [string, string];
    const type = types.get(`${trackOf(name)}#${item}`);
    if (type === undefined) throw new Error(`The world of the whole has no ${path}`);
    return `(import "${name}" "${item}" (func (param ${type.params.join(' ')}) (result ${type.results.join(' ')})))`;
  });
  const core = await parse(`(module ${lines.join('\n')}
    (memory (export "memory") 0)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable))`);
  return componentize(core, { encoding: 'utf8', world: WORLD, wit });
}

/** How the functions of a module without content are imported, which has the tools' own spelling of versions. */
function functionTypes({ imports }: CoreModule): ReadonlyMap<string, FunctionType> {
  return new Map(
    imports.flatMap(({ module, name, type }) =>
      type.kind === 'func' ? [[`${module.replace(/^cm32p2\|/, '')}#${name}`, type.type]] : [],
    ),
  );
}

/** `wasi:io/poll@0.2` of `wasi:io/poll@0.2.12`. */
function trackOf(name: string): string {
  return name.replace(/(@0\.\d+)\.\d+$/, '$1');
}
