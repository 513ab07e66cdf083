// Brings a component to life in a child process before any process that serves does: a start function,
// or the first request, may bring down the process that it runs in, and then it is that one.
// Last step of the deploy path's first half. Does not know how a component starts.

import type { AppLimits } from '../abi/limits.ts';
import type { Artifact } from '../toolchain/artifact.ts';
import type { ExpendableChild } from '../toolchain/expendable-child.ts';
import type { Finding } from '../toolchain/finding.ts';

export interface StartRequest {
  readonly artifact: Artifact;
  readonly limits: AppLimits;
}
export interface StartAnswer {
  readonly findings: readonly Finding[];
}

/** What stands against starting `artifact`: its own findings, or that the process did not survive it. */
export async function trialStart(
  child: ExpendableChild,
  artifact: Artifact,
  limits: AppLimits,
): Promise<Finding[]> {
  const reply = await child.ask<StartAnswer>({ artifact, limits } satisfies StartRequest);
  if ('answer' in reply) return [...reply.answer.findings];
  const message = `It was not started: a process that tried to ${reply.failure}`;
  return [{ code: 'start-failed', message, offset: null }];
}
