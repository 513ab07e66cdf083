// Compiles core modules whole and at once. The engine would otherwise compile each function when
// it is first called, inside somebody's request and on that request's bill.
// Used when a version is linked.

import { setFlagsFromString } from 'node:v8';

/** @throws WebAssembly.CompileError for what the engine does not know or finds too large. */
export function compileModule(bytes: Uint8Array): WebAssembly.Module {
  // The engine has no such option for a single module, and what others compile is not our business.
  setFlagsFromString('--no-wasm-lazy-compilation');
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    setFlagsFromString('--wasm-lazy-compilation');
  }
}
