// Asks the reference validator in this very process: only for processes that may crash. What it
// generates is thrown away.

import { $init, generate } from '@bytecodealliance/jco-transpile/component';
import type { ReferenceAnswer } from './reference.ts';

await $init;

/** Nothing optional is left out of what may be valid, and nothing is generated in vain. */
const OPTIONS = {
  name: 'component',
  noTypescript: true,
  base64Cutoff: 0,
  bindgenEnableWasmExnref: true,
  multiMemory: true,
};

/** What the reference validator says. A trap of its code is a panic, after which it answers nothing right. */
export function validate(bytes: Uint8Array): ReferenceAnswer {
  try {
    generate(bytes, OPTIONS);
    return { verdict: 'accepted' };
  } catch (error) {
    const reason = (error as Error).message.replace(/\s*\n\s*/g, ' ').trim();
    return { verdict: isRefusal(error) ? 'refused' : 'panicked', reason };
  }
}

/** Refusals are thrown as errors with a payload; jco exports no class for them. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'payload' in error;
}
