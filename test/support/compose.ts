// Puts one component in front of another, as wac and `wasm-tools compose` do: the inner one gets what the
// whole imports, the outer one calls the inner one where it can, and the whole exports what the outer
// one does. Written after the specification and not with those tools, which tests would have to fetch.
// Spec: component-model, design/mvp/Binary.md.

import { Composition, interfacesOf } from '../../toolchain/component/composition.ts';

interface Composed {
  readonly outer: Uint8Array;
  readonly inner: Uint8Array;
  /** Which export of `inner` serves an import of `outer`; the same name unless given. */
  readonly links?: Readonly<Record<string, string>>;
  /** More exports of the whole: those of `inner`. */
  readonly reexported?: readonly string[];
}

/** What the whole imports is what one of the two imports; the other imports nothing more of the host. */
export function composed({ outer, inner, links = {}, reexported = [] }: Composed): Uint8Array {
  const [outerNames, innerNames] = [interfacesOf(outer), interfacesOf(inner)];
  const fromInner = (name: string) => {
    const wanted = links[name] ?? name;
    return innerNames.exports.includes(wanted) ? wanted : null;
  };
  const outerAlone = outerNames.imports.filter((name) => fromInner(name) === null);
  const root = new Composition(outerAlone.length > innerNames.imports.length ? outer : inner);
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
