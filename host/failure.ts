// Why a guest ended, in the words of the error table: the one place that knows what the
// engine's exceptions mean. Step 12 of the request path.

import { TooManyHandles } from '../abi/canonical/handles.ts';
import { Trap } from '../abi/canonical/trap.ts';
import { type ErrorCode, WheelerError } from '../abi/errors.ts';
import type { AppLimits } from '../abi/limits.ts';
import { GuestExit } from '../abi/wasi/exit.ts';

/** `reason` is what a host function threw, or what came out of the guest's export. */
export function failureOf(reason: unknown): WheelerError {
  if (reason instanceof WheelerError) return reason;
  const { code, message } = classify(reason);
  return new WheelerError(code, message, { cause: reason });
}

/**
 * The same failure, unless it is that of a guest whose last growth of a memory was refused: it traps or
 * exits because of that.
 * @param instance its `memoryBytesRefused` is what the memory would have had; null when nothing was refused
 */
export function outOfMemory(
  failure: WheelerError,
  instance: { readonly memoryBytesRefused: number | null } | null,
  { memoryMbMax }: Pick<AppLimits, 'memoryMbMax'>,
): WheelerError {
  const { code, message } = failure;
  const bytes = instance?.memoryBytesRefused ?? null;
  if (bytes === null || (code !== 'GUEST_TRAPPED' && code !== 'GUEST_EXITED')) return failure;
  const mb = (bytes / (1024 * 1024)).toFixed(1);
  const what = `Memory is used up: ${mb} MB were asked for, limit ${memoryMbMax} MB`;
  return new WheelerError('LIMIT_MEMORY', `${what}; the guest then gave up: ${message}`, { cause: failure });
}

/** Of a guest that has used so much CPU time. */
export function outOfTime(usedMs: number, { cpuMsMax }: Pick<AppLimits, 'cpuMsMax'>): WheelerError {
  return new WheelerError('LIMIT_CPU', `CPU time is used up: ${usedMs.toFixed(2)} ms, limit ${cpuMsMax} ms`);
}

function classify(reason: unknown): { code: ErrorCode; message: string } {
  if (reason instanceof TooManyHandles) return { code: 'LIMIT_HANDLES', message: reason.message };
  if (reason instanceof GuestExit) return { code: 'GUEST_EXITED', message: reason.message };
  if (reason instanceof Trap) return { code: 'GUEST_TRAPPED', message: reason.message };
  if (reason instanceof WebAssembly.RuntimeError) {
    return { code: 'GUEST_TRAPPED', message: `Trap: ${reason.message}` };
  }
  // Guest and host share the engine's stack; a guest that recurses without end is stopped so.
  if (reason instanceof RangeError && /call stack/i.test(reason.message)) {
    return { code: 'GUEST_TRAPPED', message: 'Stack overflow: the guest recursed too deeply' };
  }
  if (reason instanceof RangeError && /memory/i.test(reason.message)) {
    return { code: 'OVERLOADED', message: `No memory for an instance: ${reason.message}` };
  }
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  return { code: 'INTERNAL', message: `A host function failed: ${text}` };
}
