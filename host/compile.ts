// Compiles core modules whole, beside this thread's other work. The engine would otherwise compile each
// function when it is first called, inside somebody's request and on that request's bill.
// Used when a version is linked.

import { setFlagsFromString } from 'node:v8';

interface Compilation {
  readonly bytes: Uint8Array;
  readonly module: Promise<WebAssembly.Module>;
}

/** What equal bytes asked for meanwhile wait for. */
const underWay = new Set<Compilation>();

const LONG_MS = 1_000_000;

/**
 * Equal bytes compiled at the same time are compiled once: while the engine compiles a module, each of its
 * few background threads that is given the same one waits for it, and when all of them wait, none is left
 * that compiles (seen in V8 14 with eight of a small module: the process hangs for ever).
 *
 * Rejects with a WebAssembly.CompileError for what the engine does not know or finds too large.
 */
export function compileModule(bytes: Uint8Array): Promise<WebAssembly.Module> {
  for (const other of underWay) if (Buffer.compare(other.bytes, bytes) === 0) return other.module;
  const compilation = { bytes, module: compileAlone(bytes) };
  underWay.add(compilation);
  const over = () => {
    underWay.delete(compilation);
    if (underWay.size === 0) setFlagsFromString('--wasm-lazy-compilation');
  };
  compilation.module.then(over, over);
  return compilation.module;
}

async function compileAlone(bytes: Uint8Array): Promise<WebAssembly.Module> {
  // The engine has no such option for a single module, and what others compile is not our business,
  // except while one of ours is under way: when it looks at the option is not said.
  setFlagsFromString('--no-wasm-lazy-compilation');
  // A process that has nothing else to do would end meanwhile (tried).
  const alive = setInterval(() => {}, LONG_MS);
  try {
    return await WebAssembly.compile(bytes as Uint8Array<ArrayBuffer>);
  } finally {
    clearInterval(alive);
  }
}
