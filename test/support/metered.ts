// Core modules under the meter's rewriting, for tests of it: from text to an instance whose
// looks at the clock are counted. No clock is involved: each look refills.

import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { importShim, SHIM, SHIM_IMPORTS } from '../../host/import-shim.ts';
import { CHECKPOINT_EXPORT, FUEL_EXPORT, START_EXPORT } from '../../toolchain/meter/names.ts';
import { rewriteModule } from '../../toolchain/rewrite.ts';
import { readModule } from '../../toolchain/wasm/module.ts';

export type Exports = Record<string, (...args: (number | bigint)[]) => number | bigint>;

export interface Instance {
  readonly exports: Exports;
  /** Those that the host made for it, which are its own. */
  readonly memories: readonly WebAssembly.Memory[];
}

export interface Metered extends Instance {
  /** How often the guest has looked at the clock. */
  readonly looks: number;
  /** What is left in the countdown. */
  readonly fuel: number;
}

export interface MeteredOptions {
  readonly imports?: WebAssembly.Imports;
  /** What each look gives. */
  readonly refill?: number;
  /** Called at each look; true ends the guest. */
  onLook?(): boolean;
}

/** The rewritten module's bytes; throws what was found. Original and result are valid. */
export function rewritten(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) {
    throw new Error('The test module is not valid');
  }
  const result = rewriteModule(readModule(bytes, 0), 0);
  if ('findings' in result) throw new Error(JSON.stringify(result.findings));
  const changed = Uint8Array.from(result.bytes);
  // Says where and why, as validate() does not.
  new WebAssembly.Module(changed);
  return changed;
}

export async function fromText(text: string): Promise<Uint8Array> {
  return Uint8Array.from(await parse(text));
}

/** The module as it was written. */
export function plainInstance(bytes: Uint8Array, imports: WebAssembly.Imports = {}): Instance {
  const instance = new WebAssembly.Instance(
    new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>),
    imports,
  );
  const all = Object.values(instance.exports);
  return {
    exports: instance.exports as never,
    memories: all.filter((one) => one instanceof WebAssembly.Memory),
  };
}

const CHECKPOINT = new WebAssembly.Module(
  importShim({ imports: [], exports: [], meters: 1 }) as Uint8Array<ArrayBuffer>,
);

export function meteredInstance(bytes: Uint8Array, options: MeteredOptions = {}): Metered {
  const { imports = {}, refill = 1_000, onLook = () => false } = options;
  const module = new WebAssembly.Module(rewritten(bytes));
  const shapes = readModule(bytes, 0).memories;
  const memories = shapes.map(
    ({ min, max }) => new WebAssembly.Memory({ initial: min, maximum: max ?? 16_384 }),
  );
  let looks = 0;
  const check = () => {
    looks += 1;
    return onLook() ? 0 : refill;
  };
  const never = () => {
    throw new Error('Nothing waits here');
  };
  const shim = new WebAssembly.Instance(CHECKPOINT, {
    [SHIM_IMPORTS]: { check, resume: never, yield: never, done: never },
  });
  const { exports } = new WebAssembly.Instance(module, {
    ...imports,
    'wheeler:memory': Object.fromEntries(memories.map((memory, i) => [String(i), memory])),
  });
  const fuel = exports[FUEL_EXPORT] as WebAssembly.Global;
  (exports[CHECKPOINT_EXPORT] as WebAssembly.Global).value = shim.exports[SHIM.checkpoint(0)];
  fuel.value = refill;
  (exports[START_EXPORT] as (() => void) | undefined)?.();
  return {
    exports: exports as never,
    memories,
    get looks() {
      return looks;
    },
    get fuel() {
      return fuel.value as number;
    },
  };
}
