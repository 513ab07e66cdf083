// How a guest ended that did not end by itself, as its author wants to know it: which limit and how much
// of it, where it was, and where its CPU time went. Step 12 of the request path; shown by the log
// and, under `--dev`, by the error page. Holds nothing of the request, and no secret.

import { ERRORS, type ErrorCode, WheelerError } from '../abi/errors.ts';
import type { AppLimits } from '../abi/limits.ts';
import type { CpuShare } from './cpu-profile.ts';
import type { Usage } from './exchange.ts';
import type { GuestFrame } from './guest-stack.ts';

export interface Crash {
  /** One sentence: the trap, or what was exceeded. */
  readonly message: string;
  readonly limit: LimitUse | null;
  /** Innermost first; of a guest that was waiting, where it waited. */
  readonly stack: readonly GuestFrame[];
  /** Empty unless CPU time ran out and somebody kept account of it. */
  readonly cpu: readonly CpuShare[];
}

export interface LimitUse {
  /** Its name in the configuration. */
  readonly setting: string;
  readonly used: number;
  readonly max: number;
  readonly unit: string;
}

/** The failure with the guest's stack in its message, for whoever sees only that. */
export function withStack(failure: WheelerError, stack: readonly GuestFrame[]): WheelerError {
  if (stack.length === 0) return failure;
  const message = `${failure.message}\n${stackText(stack)}`;
  return new WheelerError(failure.code, message, { cause: failure.cause });
}

/** Clients that left and hosts that stopped end guests too, but break nothing. */
export function isCrash(code: ErrorCode): boolean {
  const { family } = ERRORS[code];
  return family === 'guest' || family === 'limit' || family === 'bug';
}

export function stackText(stack: readonly GuestFrame[]): string {
  return stack.map((frame) => `    at ${frameText(frame)}`).join('\n');
}

export function frameText({ function: name, place, times }: GuestFrame): string {
  const where = place === null ? name : `${name} (${place})`;
  return times === 1 ? where : `${where}, ${times} times`;
}

type Used = Pick<Usage, 'cpuMs' | 'memoryBytes'>;

/** How much of the limit that `code` is about was used; null for what is no limit. */
export function limitUse(code: ErrorCode, limits: AppLimits, { cpuMs, memoryBytes }: Used): LimitUse | null {
  switch (code) {
    case 'LIMIT_CPU':
      return { setting: 'cpu_ms_max', used: cpuMs, max: limits.cpuMsMax, unit: 'ms' };
    case 'LIMIT_MEMORY': {
      const usedMb = memoryBytes / (1024 * 1024);
      return { setting: 'memory_mb_max', used: usedMb, max: limits.memoryMbMax, unit: 'MB' };
    }
    case 'LIMIT_RESPONSE_TIME':
      return allOf('response_ms_max', limits.responseMsMax, 'ms');
    case 'LIMIT_AFTER_RESPONSE':
      return allOf('after_response_ms_max', limits.afterResponseMsMax, 'ms');
    case 'LIMIT_HANDLES':
      return allOf('handles_max', limits.handlesMax, 'handles');
    default:
      return null;
  }
}

function allOf(setting: string, max: number, unit: string): LimitUse {
  return { setting, used: max, max, unit };
}
