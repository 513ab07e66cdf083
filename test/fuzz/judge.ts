// What must hold for every mutant: our decoder answers, in time and without another exception
// than its own; and whatever it accepts, the reference validator accepts, and we can rewrite.

import { decodeComponent } from '../../toolchain/component/decode.ts';
import { forReference } from '../../toolchain/component/reference.ts';
import { validate } from '../../toolchain/component/reference-validate.ts';
import type { Served } from '../../toolchain/component/served.ts';
import { checkWorld } from '../../toolchain/component/world.ts';
import { importMemories, memoryFindings } from '../../toolchain/wasm/import-memories.ts';

export type Judgement =
  | { readonly outcome: 'refused' | 'accepted' }
  /** The property does not hold, or (panicked) nothing can be said. */
  | { readonly outcome: 'failed' | 'panicked'; readonly reason: string };

/** What the specification allows and the reference does not take: it is refused at deploy, in its words. */
const LIMITS_OF_REFERENCE = /was not a function or instance/;
const DECODE_MS_MAX = 2_000;
const MEMORY = { pagesMax: 65_536 };

export function judge(bytes: Uint8Array, served: Served): Judgement {
  const start = performance.now();
  const decoded = decodeComponent(bytes);
  const tookMs = performance.now() - start;
  if (tookMs > DECODE_MS_MAX) return { outcome: 'failed', reason: `decoding took ${tookMs.toFixed()} ms` };
  if ('findings' in decoded) {
    return decoded.findings.length > 0
      ? { outcome: 'refused' }
      : { outcome: 'failed', reason: 'no findings' };
  }
  checkWorld(decoded.component, served);
  for (const { module, offset } of decoded.component.modules) {
    if (memoryFindings(module, offset, MEMORY).length > 0) continue;
    if (!WebAssembly.validate(importMemories(module, MEMORY) as Uint8Array<ArrayBuffer>)) {
      return { outcome: 'failed', reason: `the rewritten module at ${offset} is not valid` };
    }
  }
  const answer = validate(forReference(bytes, decoded.component));
  if (answer.verdict === 'accepted') return { outcome: 'accepted' };
  if (LIMITS_OF_REFERENCE.test(answer.reason)) return { outcome: 'refused' };
  const outcome = answer.verdict === 'refused' ? 'failed' : 'panicked';
  return { outcome, reason: `only the reference refuses: ${answer.reason}` };
}
