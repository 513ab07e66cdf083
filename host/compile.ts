// Compiles core modules whole and at once. The engine would otherwise compile each function when
// it is first called, inside somebody's request and on that request's bill.
// Used when a version is linked.

import { setFlagsFromString } from 'node:v8';

// Holds for the whole process: the engine has no such option for a single module.
setFlagsFromString('--no-wasm-lazy-compilation');

/** @throws WebAssembly.CompileError for what the engine does not know or finds too large. */
export function compileModule(bytes: Uint8Array): WebAssembly.Module {
  return new WebAssembly.Module(bytes);
}
