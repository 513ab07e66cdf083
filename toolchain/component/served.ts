// The world that we serve, as data: the types come from the WIT itself, decoded by our own
// decoder from the binary that `npm run wit` makes of it; which functions are there comes from
// the linker. Needed at deploy only.

import { readFile } from 'node:fs/promises';
import { decodeComponent } from './decode.ts';
import type { Named } from './scope.ts';
import type { Resource } from './types.ts';

/** Names of functions by the name of their interface, as the Component Model spells both. */
export type ServedFunctions = ReadonlyMap<string, ReadonlySet<string>>;

export interface Served {
  readonly functions: ServedFunctions;
  /** The interfaces that a component may import. */
  readonly imports: ReadonlyMap<string, Named>;
  /** The interfaces of which a component must export one. */
  readonly exports: ReadonlyMap<string, Named>;
  /** The interface, and the name in it, of each resource. */
  readonly resources: ReadonlyMap<Resource, readonly string[]>;
}

const SERVED = new URL('../../abi/served.wasm', import.meta.url);

/** The world `served` with these functions behind it. */
export async function servedWorld(functions: ServedFunctions): Promise<Served> {
  return worldOf(await readFile(SERVED), functions);
}

/** The world of a component that imports and exports all of it. */
export function worldOf(bytes: Uint8Array, functions: ServedFunctions): Served {
  const decoded = decodeComponent(bytes);
  if ('findings' in decoded) {
    throw new Error(`The binary of the world does not decode: ${decoded.findings[0]?.message}`);
  }
  const { imports, exports, importedResources } = decoded.component;
  return { functions, imports, exports, resources: importedResources };
}

/** The world with more interfaces to import. Where both have one of the same name, that of `served` stays. */
export function withInterfaces(served: Served, more: readonly Served[]): Served {
  return {
    functions: new Map([...more.flatMap((one) => [...one.functions]), ...served.functions]),
    imports: new Map([...more.flatMap((one) => [...one.imports]), ...served.imports]),
    exports: served.exports,
    resources: new Map([...more.flatMap((one) => [...one.resources]), ...served.resources]),
  };
}
