// The WIT of a capability, read for whoever needs it: the types of its functions, and what it serves.
// Loads what reads WIT only when it is asked.

import type { WitInterface } from '../../toolchain/build/wit-interface.ts';
import type { CapabilitySource } from './capability-types.ts';

/** @throws TypeError when the WIT does not parse, has no such interface, or uses what is not supported. */
export async function readWit({ name, wit }: CapabilitySource): Promise<WitInterface> {
  // The component tools are large, and most programs define no capability.
  const { witInterface, WitError } = await import('../../toolchain/build/wit-interface.ts');
  try {
    return await witInterface(name, wit);
  } catch (error) {
    if (error instanceof WitError) throw new TypeError(error.message, { cause: error });
    throw error;
  }
}
