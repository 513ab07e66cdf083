// The meter's rewriting of one core module: plan every body, then insert. Step "rewrite" of
// the deploy path, after memories have become imports.
// Knows nothing of components.

import type { Finding } from '../finding.ts';
import { isGlobalExport } from '../image/globals.ts';
import { findingOf } from '../refusal.ts';
import type { CoreModule } from '../wasm/module.ts';
import { type CopiedCode, insertMeter } from './insert.ts';
import { RESERVED_EXPORTS } from './names.ts';
import { type BodyPlan, planBody } from './plan.ts';

/** Functions with longer bodies are never so short that they are not charged. */
const LEAF_BYTES_MAX = 256;

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
    .filter(({ name }) => RESERVED_EXPORTS.has(name) || isGlobalExport(name))
    .map(({ name }) => ({
      code: 'unsupported',
      offset: offsets.module,
      message: `Core export ${JSON.stringify(name)} has a name that is reserved for the host: rename it`,
    }));
  const plans: BodyPlan[] = [];
  const context = { module, offsets, leaves: leavesOf(module, offsets) };
  for (const i of module.bodies.keys()) {
    const planned = findingOf(() => planOf(i, context));
    if ('finding' in planned) findings.push(planned.finding);
    else plans.push(planned.value);
  }
  return findings.length > 0 ? { findings } : { bytes: insertMeter(module, plans, copied) };
}

/** The cost of each function that is too short to be charged, by its index: others pay when they call it. */
function leavesOf(module: CoreModule, offsets: Offsets): Map<number, number> {
  const importCount = module.imports.filter(({ type }) => type.kind === 'func').length;
  const leaves = new Map<number, number>();
  module.bodies.forEach(({ start, end }, i) => {
    if (end - start > LEAF_BYTES_MAX) return;
    // What is wrong with it is found when it is planned for good.
    const planned = findingOf(() => planOf(i, { module, offsets, leaves: new Map() }));
    const cost = 'value' in planned ? planned.value.leafCost : null;
    if (cost !== null) leaves.set(importCount + i, cost);
  });
  return leaves;
}

interface Context {
  readonly module: CoreModule;
  readonly offsets: Offsets;
  readonly leaves: ReadonlyMap<number, number>;
}

function planOf(i: number, { module, offsets, leaves }: Context): BodyPlan {
  const { params } = module.types[module.functions[i]!]!;
  return planBody(module.bodies[i]!, { module, paramCount: params.length, base: offsets.code, leaves });
}
