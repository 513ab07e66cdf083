// Compiles a component's core modules in a child process before this one does: a compiler's time is not
// bounded by the size of its input, and nothing can stop a compile within a process. The net below the
// bounds of toolchain/meter/plan.ts, which know the ways that we know. Step "compile" of the deploy path.

import type { ExpendableChild } from '../toolchain/expendable-child.ts';
import type { Finding } from '../toolchain/finding.ts';

export interface CompileRequest {
  readonly modules: readonly Uint8Array[];
}
export type CompileAnswer =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'refused'; readonly reason: string };

/** What stands against compiling `modules` in this process: one finding, or none. */
export async function trialCompile(
  child: ExpendableChild,
  modules: readonly Uint8Array[],
): Promise<Finding[]> {
  const reply = await child.ask<CompileAnswer>({ modules } satisfies CompileRequest);
  if ('failure' in reply) {
    const message = `It was not compiled: a process that tried to ${reply.failure}. Large functions are slow to compile: split them`;
    return [{ code: 'start-failed', message, offset: null }];
  }
  const { answer } = reply;
  if (answer.verdict === 'accepted') return [];
  const message = `The engine does not compile a core module of it: ${answer.reason}`;
  return [{ code: 'unsupported', message, offset: null }];
}
