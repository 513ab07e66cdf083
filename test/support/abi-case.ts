// One thing that a guest does, right or wrong, and what the specification says must come of it.
// A case runs in any runtime; what happened is written down as text, so that two runtimes can
// be compared: the calls that the host received, in order, and how it ended.

import type { Host, Running, Runtime } from './runtime.ts';
import { show } from './show.ts';

/** Calls an export of the interface `calls`. */
export type Call = (name: string, ...args: unknown[]) => Promise<unknown>;

/** Notes that the host was called. */
export type Note = (line: string) => void;

export interface AbiCase {
  readonly name: string;
  /** `trap`, or the value that `run` has to come to. */
  readonly ends: 'trap' | { readonly with: unknown };
  /** The calls that reach the host, where it matters which do not. */
  readonly calls?: readonly string[];
  run(call: Call): Promise<unknown>;
}

export interface Transcript {
  readonly calls: readonly string[];
  /** `trap`, or the value as `show` writes it. */
  readonly end: string;
}

/**
 * @param interfaceName of the exports that the case calls
 * @param hostOf makes the host of one run
 */
export async function runCase(
  runtime: Runtime,
  interfaceName: string,
  hostOf: (note: Note) => Host,
  { run }: Pick<AbiCase, 'run'>,
): Promise<Transcript> {
  const calls: string[] = [];
  const running: Running = runtime.instantiate(hostOf((line) => calls.push(line)));
  let trapped = false;
  const call: Call = async (name, ...args) => {
    try {
      return await running.call(interfaceName, name, ...args);
    } catch (error) {
      if (!isTrap(runtime, error)) throw error;
      trapped = true;
      throw error;
    }
  };
  try {
    return { end: show(await run(call)), calls };
  } catch (error) {
    if (!trapped) throw error;
    return { end: 'trap', calls };
  }
}

/** jco throws errors of all kinds where it traps. Ours are known; anything else is a bug of ours. */
function isTrap(runtime: Runtime, error: unknown): boolean {
  if (runtime.name === 'jco') return true;
  const overflow = error instanceof RangeError && error.message.includes('call stack');
  return overflow || error instanceof WebAssembly.RuntimeError || (error as Error).name === 'Trap';
}

export function endOf({ ends }: AbiCase): string {
  return ends === 'trap' ? 'trap' : show(ends.with);
}
