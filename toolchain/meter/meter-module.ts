// The meter's rewriting of one core module: plan every body, then insert. Step "rewrite" of
// the deploy path, after memories have become imports.
// Knows nothing of components.

import type { Finding } from '../finding.ts';
import { findingOf } from '../refusal.ts';
import type { CoreModule } from '../wasm/module.ts';
import { type CopiedCode, insertMeter } from './insert.ts';
import { RESERVED_EXPORTS } from './names.ts';
import { type BodyPlan, planBody } from './plan.ts';

/** What to add to a position in the module for its offset in the component's file: for the whole, and in its code. */
export interface Offsets {
  readonly module: number;
  readonly code: number;
}

/** The metered module, or all reasons why it cannot be metered. `copied` as for `insertMeter`. */
export function meterModule(
  module: CoreModule,
  offsets: Offsets,
  copied: CopiedCode[] | null = null,
): { bytes: Uint8Array } | { findings: Finding[] } {
  const findings: Finding[] = module.exports
    .filter(({ name }) => RESERVED_EXPORTS.has(name))
    .map(({ name }) => ({
      code: 'unsupported',
      offset: offsets.module,
      message: `Core export ${JSON.stringify(name)} has a name that is reserved for the host: rename it`,
    }));
  const plans: BodyPlan[] = [];
  module.bodies.forEach((body, i) => {
    const { params } = module.types[module.functions[i]!]!;
    const planned = findingOf(() => planBody(module, body, params.length, offsets.code));
    if ('finding' in planned) findings.push(planned.finding);
    else plans.push(planned.value);
  });
  return findings.length > 0 ? { findings } : { bytes: insertMeter(module, plans, copied) };
}
