// A core module as it was written and the same module under the meter, side by side, for benches
// of what the meter itself costs: with the real rewriting, shim, meter and clock, but without a
// component around it and without giving way to others.

import type { Clock } from '../abi/capabilities.ts';
import { importShim, SHIM, SHIM_IMPORTS } from '../host/import-shim.ts';
import { type Fuel, Meter } from '../host/meter.ts';
import { CHECKPOINT_EXPORT, FUEL_EXPORT, START_EXPORT } from '../toolchain/meter/names.ts';
import { rewriteModule } from '../toolchain/rewrite.ts';
import { type CoreModule, readModule } from '../toolchain/wasm/module.ts';

type Exports = WebAssembly.Instance['exports'];

const LIMIT_MS = 1e9;

export interface MeteredModule {
  readonly module: WebAssembly.Module;
  instantiate(imports: WebAssembly.Imports): WebAssembly.Instance;
}

/** @throws Error with the findings when the module cannot be metered */
export function meteredModule(bytes: Uint8Array, clock: Clock): MeteredModule {
  const original = readModule(bytes, 0);
  const result = rewriteModule(original, 0);
  if ('findings' in result) throw new Error(result.findings.map(({ message }) => message).join('\n'));
  const module = new WebAssembly.Module(result.bytes as Uint8Array<ArrayBuffer>);
  const shim = new WebAssembly.Module(importShim({ imports: [], exports: [], meters: 1 }));
  return {
    module,
    instantiate(imports) {
      const memories = memoriesOf(original);
      const instance = new WebAssembly.Instance(module, { ...imports, 'wheeler:memory': memories });
      startMeter(instance.exports, Object.values(memories), shim, clock);
      return instance;
    },
  };
}

function startMeter(
  exports: Exports,
  memories: readonly WebAssembly.Memory[],
  shim: WebAssembly.Module,
  clock: Clock,
): void {
  const memoryBytes = () => memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  const fuel = exports[FUEL_EXPORT] as Fuel;
  const meter = new Meter(clock, LIMIT_MS);
  const host = {
    // Nobody else is there to have a turn.
    check: () => Math.abs(meter.check(fuel, memoryBytes())),
    resume: () => 0,
    yield: () => {},
    done: () => {},
  };
  const checkpoint = new WebAssembly.Instance(shim, { [SHIM_IMPORTS]: host }).exports[SHIM.checkpoint(0)];
  (exports[CHECKPOINT_EXPORT] as WebAssembly.Global).value = checkpoint;
  meter.start();
  meter.fill(fuel, memoryBytes());
  (exports[START_EXPORT] as (() => void) | undefined)?.();
}

function memoriesOf({ memories }: CoreModule): Record<string, WebAssembly.Memory> {
  const made = memories.map(({ min, max }, i) => {
    const memory = new WebAssembly.Memory({ initial: min, maximum: Math.min(max ?? 65_536, 65_536) });
    return [String(i), memory];
  });
  return Object.fromEntries(made);
}
