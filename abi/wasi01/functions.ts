// How a function of WASI 0.1 is written down: over the program that calls it, its memory and its
// arguments, giving an error number.

import type { GuestMemory } from '../canonical/memory.ts';
import type { EdgeContext } from '../edge/context.ts';
import type { HostFunction } from '../host-interface.ts';
import type { Errno } from './errno.ts';
import { type Program, programOf } from './program.ts';
import type { FunctionName } from './signatures.ts';

export interface Call {
  readonly cx: EdgeContext;
  readonly program: Program;
  readonly memory: GuestMemory;
}

export type Functions = Partial<Record<FunctionName, HostFunction<EdgeContext>>>;

export function atOnce<Args extends never[]>(
  work: (call: Call, ...args: Args) => Errno,
): HostFunction<EdgeContext> {
  const call = (cx: EdgeContext, memory: GuestMemory, ...args: Args) =>
    work({ cx, program: programOf(cx), memory }, ...args);
  return { waits: false, onMemory: true, call: call as HostFunction<EdgeContext>['call'] };
}

/** The guest is suspended meanwhile. */
export function inTime<Args extends never[]>(
  work: (call: Call, ...args: Args) => Promise<Errno>,
): HostFunction<EdgeContext> {
  const call = async (cx: EdgeContext, memory: GuestMemory, ...args: Args) =>
    work({ cx, program: programOf(cx), memory }, ...args);
  return { waits: true, onMemory: true, call: call as HostFunction<EdgeContext>['call'] };
}
