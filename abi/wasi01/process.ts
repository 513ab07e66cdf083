// The functions of WASI 0.1 about the program itself: arguments, environment, clocks, random
// bytes, exit. Clocks are the guest's, which stand still while it runs.
// Spec: WASI legacy/preview1/docs.md.

import type { GuestMemory } from '../canonical/memory.ts';
import type { EdgeContext, GuestClock } from '../edge/context.ts';
import { LIMITS } from '../limits.ts';
import { GuestExit } from '../wasi/exit.ts';
import { ERRNO, type Errno } from './errno.ts';
import { atOnce, type Call, type Functions } from './functions.ts';
import { bytesAt, totalBytes, writeU32, writeU64 } from './memory.ts';

/** What the host's own clock gives at least. */
const RESOLUTION_NS = 1_000n;

export const processFunctions: Functions = {
  args_sizes_get: atOnce(({ memory, program }: Call, count: number, bytes: number) =>
    writeSizes(memory, program.args, count, bytes),
  ),
  args_get: atOnce(({ memory, program }: Call, pointers: number, bytes: number) =>
    writeStrings(memory, program.args, pointers, bytes),
  ),
  environ_sizes_get: atOnce(({ memory, program }: Call, count: number, bytes: number) =>
    writeSizes(memory, program.environment, count, bytes),
  ),
  environ_get: atOnce(({ memory, program }: Call, pointers: number, bytes: number) =>
    writeStrings(memory, program.environment, pointers, bytes),
  ),

  clock_res_get: atOnce(({ memory, cx }: Call, clock: number, at: number) => {
    if (timeOf(cx.clock, clock) === null) return ERRNO.inval;
    writeU64(memory, at, RESOLUTION_NS);
    return ERRNO.success;
  }),
  clock_time_get: atOnce(({ memory, cx }: Call, clock: number, _precision: bigint, at: number) => {
    const time = timeOf(cx.clock, clock);
    if (time === null) return ERRNO.inval;
    writeU64(memory, at, time);
    return ERRNO.success;
  }),

  random_get: atOnce(({ memory, cx }: Call, at: number, length: number) => {
    if (length > LIMITS.randomBytesMax) return ERRNO.inval;
    bytesAt(memory, at, length).set(cx.entropy.bytes(length));
    return ERRNO.success;
  }),

  proc_exit: {
    waits: false,
    call: (_: EdgeContext, status: number) => {
      throw new GuestExit(status);
    },
  },
  proc_raise: atOnce(() => ERRNO.nosys),
  sched_yield: atOnce(() => ERRNO.success),
};

/** Nanoseconds by the clock of that number; null for those of CPU time, which is not told. */
export function timeOf(clock: GuestClock, id: number): bigint | null {
  if (id === 0) return clock.wallNs;
  return id === 1 ? clock.monotonicNs : null;
}

function writeSizes(
  memory: GuestMemory,
  strings: readonly Uint8Array[],
  countAt: number,
  bytesAt: number,
): Errno {
  writeU32(memory, countAt, strings.length);
  writeU32(memory, bytesAt, totalBytes(strings));
  return ERRNO.success;
}

function writeStrings(
  memory: GuestMemory,
  strings: readonly Uint8Array[],
  pointersAt: number,
  stringsAt: number,
): Errno {
  let at = stringsAt;
  for (const [i, string] of strings.entries()) {
    writeU32(memory, pointersAt + 4 * i, at);
    bytesAt(memory, at, string.length).set(string);
    at += string.length;
  }
  return ERRNO.success;
}
