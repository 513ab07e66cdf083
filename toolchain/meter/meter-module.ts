// The meter's rewriting of one core module: plan every body, then insert. Step "rewrite" of
// the deploy path, after memories have become imports.
// Knows nothing of components.

import type { Finding } from '../finding.ts';
import type { CoreModule } from '../wasm/module.ts';
import { insertMeter } from './insert.ts';
import { RESERVED_EXPORTS } from './names.ts';
import { type BodyPlan, planBody } from './plan.ts';

/**
 * The metered module, or why it cannot be metered.
 * @param base offset in the component's file of the module's first byte, for findings
 */
export function meterModule(
  module: CoreModule,
  base: number,
): { bytes: Uint8Array } | { findings: Finding[] } {
  const findings: Finding[] = module.exports
    .filter(({ name }) => RESERVED_EXPORTS.has(name))
    .map(({ name }) => ({
      code: 'unsupported',
      offset: base,
      message: `Core export ${JSON.stringify(name)} has a name that is reserved for the host`,
    }));
  const plans: BodyPlan[] = [];
  module.bodies.forEach((body, i) => {
    const { params } = module.types[module.functions[i]!]!;
    const planned = planBody(module, body, params.length, base);
    if ('message' in planned) findings.push(planned);
    else plans.push(planned);
  });
  return findings.length > 0 ? { findings } : { bytes: insertMeter(module, plans) };
}
