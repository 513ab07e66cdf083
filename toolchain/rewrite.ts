// Step "rewrite" of the deploy path: everything that is changed in a core module before it may
// run. Memories become imports, maxima are written in, and the meter is put into its code.

import type { Finding } from './finding.ts';
import type { CopiedCode } from './meter/insert.ts';
import { meterModule } from './meter/meter-module.ts';
import { importMemories, memoryFindings } from './wasm/import-memories.ts';
import { type CoreModule, readModule } from './wasm/module.ts';

/** The largest memory that a 32-bit module can address; apps have lower limits, which the host sets. */
const MEMORY = { pagesMax: 65_536 };

export type Rewritten = { readonly bytes: Uint8Array } | { readonly findings: readonly Finding[] };

/**
 * @param offset of the module in the component's file, for findings
 * @param copied as for `insertMeter`
 */
export function rewriteModule(
  module: CoreModule,
  offset: number,
  copied: CopiedCode[] | null = null,
): Rewritten {
  const findings = memoryFindings(module, offset, MEMORY);
  if (findings.length > 0) return { findings };
  const changed = readModule(importMemories(module, MEMORY), offset);
  // Function bodies have moved as one; findings say where they were.
  const moved = (changed.bodies[0]?.start ?? 0) - (module.bodies[0]?.start ?? 0);
  return meterModule(changed, { module: offset, code: offset - moved }, copied);
}
