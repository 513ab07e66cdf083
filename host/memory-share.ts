// How much of an app's memory each memory of a component may have: the limit, shared evenly, since none may
// starve another. Pure; asked when a component is tried, and when its slots are made.

import type { LinkPlan } from '../abi/canonical/link-plan.ts';
import type { AppLimits } from '../abi/limits.ts';
import type { Finding } from '../toolchain/finding.ts';

const PAGE_BYTES = 65_536;
const MB = 1024 * 1024;

export interface MemoryShare {
  /** Of each memory. */
  readonly pagesMax: number;
  /** That the component begins with more than it may have; null when it does not. */
  readonly finding: Finding | null;
}

export function memoryShare(plan: LinkPlan, { memoryMbMax }: Pick<AppLimits, 'memoryMbMax'>): MemoryShare {
  // A module that is instantiated twice has its memories twice.
  const memories = plan.steps.flatMap((step) =>
    step.kind === 'instantiate' ? (plan.modules[step.module]?.memories ?? []) : [],
  );
  const pagesMax = Math.floor((memoryMbMax * MB) / PAGE_BYTES / Math.max(1, memories.length));
  const largest = Math.max(0, ...memories.map(({ pagesMin }) => pagesMin));
  if (largest <= pagesMax) return { pagesMax, finding: null };
  const what =
    memories.length === 1
      ? `A memory begins with ${mb(largest)} MB, limit ${memoryMbMax} MB`
      : `One of ${memories.length} memories begins with ${mb(largest)} MB, limit ${mb(pagesMax)} MB for each`;
  const message = `${what}: link with a smaller initial memory, or raise limits.memory_mb_max for this app`;
  return { pagesMax, finding: { code: 'limit', message, offset: null } };
}

function mb(pages: number): string {
  return String(Math.round((pages * PAGE_BYTES * 10) / MB) / 10);
}
