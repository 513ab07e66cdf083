// The child process of reference.ts: validates one component after the other, and ends when its
// parent does or when the validator has panicked.

import { $init, generate } from '@bytecodealliance/jco-transpile/component';
import type { ReferenceAnswer, ReferenceRequest } from './reference.ts';

await $init;

/** Nothing optional is left out of what may be valid, and nothing is generated in vain. */
const OPTIONS = {
  name: 'component',
  noTypescript: true,
  base64Cutoff: 0,
  bindgenEnableWasmExnref: true,
  multiMemory: true,
};

/** What the reference validator says. A trap of its code is a panic, everything else a refusal. */
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

if (process.send !== undefined) {
  process.on('disconnect', () => process.exit());
  process.on('message', ({ bytes }: ReferenceRequest) => {
    const answer = validate(bytes);
    process.send?.(answer, () => {
      if (answer.verdict === 'panicked') process.exit(1);
    });
  });
}
