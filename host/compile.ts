// Compiles core modules whole, beside this thread's other work. The engine would otherwise compile each
// function when it is first called, inside somebody's request and on that request's bill.
// Used when a version is linked.

import { setFlagsFromString } from 'node:v8';

let underWay = 0;

const LONG_MS = 1_000_000;

/** Rejects with a WebAssembly.CompileError for what the engine does not know or finds too large. */
export async function compileModule(bytes: Uint8Array): Promise<WebAssembly.Module> {
  // The engine has no such option for a single module, and what others compile is not our business,
  // except while one of ours is under way: when it looks at the option is not said.
  if (underWay === 0) setFlagsFromString('--no-wasm-lazy-compilation');
  underWay += 1;
  // A process that has nothing else to do would end meanwhile (tried).
  const alive = setInterval(() => {}, LONG_MS);
  try {
    return await WebAssembly.compile(bytes);
  } finally {
    clearInterval(alive);
    underWay -= 1;
    if (underWay === 0) setFlagsFromString('--wasm-lazy-compilation');
  }
}
