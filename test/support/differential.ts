// Modules as they were written and metered: do both do the same? Compared are the results or traps
// of the exports, what was asked of the host, and all memories, tables and globals afterwards.

import { createHash } from 'node:crypto';
import { type Exports, fromText, type Instance, meteredInstance, plainInstance } from './metered.ts';
import { randomModule } from './random-module.ts';

export interface Compared {
  /** Null when there is none. */
  readonly difference: string | null;
  readonly trapped: boolean;
  readonly looks: number;
}

export async function compareModule(seed: number): Promise<Compared> {
  const bytes = await fromText(randomModule(seed));
  const calls = WebAssembly.Module.exports(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>))
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => ({ name, args: null }));
  return compare(`seed ${seed}`, bytes, calls);
}

/** Exports of a module, each called with a number, one after the other in one instance. */
export function compareCalls(
  what: string,
  bytes: Uint8Array,
  calls: Readonly<Record<string, number>>,
): Compared {
  return compare(
    what,
    bytes,
    Object.entries(calls).map(([name, argument]) => ({ name, args: [argument] })),
  );
}

interface Call {
  readonly name: string;
  /** Null: some that fit. */
  readonly args: readonly number[] | null;
}

function compare(what: string, bytes: Uint8Array, calls: readonly Call[]): Compared {
  const plain = traceOf(calls, (imports) => plainInstance(bytes, imports));
  let looks = () => 0;
  const metered = traceOf(calls, (imports) => {
    const instance = meteredInstance(bytes, { imports, refill: 500 });
    looks = () => instance.looks;
    return instance;
  });
  const length = Math.max(plain.length, metered.length);
  const at = Array.from({ length }, (_, i) => i).find((i) => plain[i] !== metered[i]);
  return {
    difference: at === undefined ? null : `${what}: ${plain[at]} as written, ${metered[at]} metered`,
    trapped: plain.some((line) => line.includes('trapped')),
    looks: looks(),
  };
}

function traceOf(calls: readonly Call[], make: (imports: WebAssembly.Imports) => Instance): string[] {
  const trace: string[] = [];
  const ask = (value: number) => {
    trace.push(`asked ${value}`);
    return (value * 31 + 7) | 0;
  };
  const abort = () => {
    throw new Error('The guest aborted');
  };
  const { exports, memories } = make({ host: { ask: ask as never }, env: { abort } });
  for (const call of calls) trace.push(`${call.name}: ${outcomeOf(exports, call)}`);
  for (const memory of memories) {
    trace.push(createHash('sha1').update(new Uint8Array(memory.buffer)).digest('hex'));
  }
  for (const [name, item] of Object.entries<unknown>(exports)) {
    if (name.startsWith('wheeler:')) continue;
    if (item instanceof WebAssembly.Global) trace.push(`${name} = ${item.value}`);
    if (item instanceof WebAssembly.Table) trace.push(`${name} = ${elementsOf(item)}`);
  }
  return trace;
}

/** The engine names a function by its index, which no rewriting may change. */
function elementsOf(table: WebAssembly.Table): string {
  return Array.from(
    { length: table.length },
    (_, i) => (table.get(i) as { name: string } | null)?.name ?? '-',
  ).join(' ');
}

function outcomeOf(exports: Exports, { name, args }: Call): string {
  const run = exports[name] as (...args: unknown[]) => unknown;
  // As text, which the engine turns into numbers and bigints alike.
  const given = args ?? Array.from({ length: run.length }, (_, i) => String(i + 3));
  try {
    return String(run(...given));
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return `trapped: ${error.message}`;
    if (error instanceof RangeError) return 'trapped: stack';
    throw error;
  }
}
