// The slots of a version that this process begins to serve: started once, with the image that comes of
// it, or the reason why there is none. Between linking and the first request.

import type { EdgeContext } from '../abi/edge/context.ts';
import type { Finding } from '../toolchain/finding.ts';
import type { AppConfig } from './capabilities/capability.ts';
import { findHandler } from './handler.ts';
import { memoryShare } from './memory-share.ts';
import { RESERVE } from './reserve.ts';
import { SlotPool } from './slot-pool.ts';
import { type StartOptions, startOnce } from './start-once.ts';

const NOT_REUSED: Finding = {
  code: 'unsupported',
  message: 'A command ends with its request, so no instance of it can be used again: leave out reuse',
  offset: null,
};

export interface Pooled {
  readonly pool: SlotPool<EdgeContext>;
  /** Why each request gets a fresh instance; null when instances are kept and restored. */
  readonly freshBecause: string | null;
}

export function makePool(
  options: StartOptions,
  { init = 'once', reuse = 1 }: Pick<AppConfig, 'init' | 'reuse'> = {},
): Pooled | { readonly findings: readonly Finding[] } {
  const { component, limits, clock } = options;
  if (reuse > 1 && findHandler(component).kind.once) return { findings: [NOT_REUSED] };
  const started = startOnce(options);
  if ('findings' in started) return started;
  const freshBecause =
    init === 'per-request' ? 'The app is configured so (init = "per-request")' : started.obstacle;
  const pool = new SlotPool({
    component,
    limits: { handlesMax: limits.handlesMax, memoryPagesMax: memoryShare(component.plan, limits).pagesMax },
    usesMax: reuse,
    first: freshBecause === null ? started.slot : null,
    retake: () => {
      const again = startOnce(options);
      return 'slot' in again ? again.slot : null;
    },
    reserve: RESERVE,
    nowMs: () => clock.monotonicMs(),
  });
  return { pool, freshBecause };
}
