// What the host calls of the guest, through the shim and suspendable: the exports of a slot's component and
// what of it gets a stack of its own, their post-return functions and their callbacks. Made once per slot, pointed at each new instance.
// Step 6 of the request path. Does not know values.
// Spec: CanonicalABI.md "canon lift".

import type { CoreValue } from '../abi/canonical/codec.ts';
import type { CoreFunc, LiftedFunction } from '../abi/canonical/link-plan.ts';
import { trap } from '../abi/canonical/trap.ts';
import type { CoreFunction, Exports } from './core-instances.ts';
import { SHIM } from './import-shim.ts';

export type Entry = (...args: CoreValue[]) => Promise<CoreValue | undefined>;

export class GuestEntries {
  readonly #shim: Exports;
  /** The functions, then their post-return functions, then their callbacks; null where there is none. */
  readonly #targets: readonly (CoreFunc | null)[];
  readonly #entries: readonly (Entry | null)[];

  constructor({ lifted }: { readonly lifted: readonly LiftedFunction[] }, shim: Exports) {
    this.#shim = shim;
    this.#targets = [
      ...lifted.map(({ func }) => func),
      ...lifted.map(({ options }) => options.postReturn),
      ...lifted.map(({ options }) => options.async?.callback ?? null),
    ];
    this.#entries = this.#targets.map((target, i) =>
      target === null ? null : WebAssembly.promising(shim[SHIM.enter(i)] as CoreFunction),
    );
  }

  /** There are new core instances. */
  aim(core: (func: CoreFunc) => CoreFunction): void {
    for (const [i, target] of this.#targets.entries()) {
      if (target !== null) (this.#shim[SHIM.target(i)] as WebAssembly.Global).value = core(target);
    }
  }

  run(index: number): Entry {
    return this.#entries[index] ?? trap(`No lifted function ${index}`);
  }

  /** Asked for only where there is one. */
  postReturn(index: number): Entry {
    return this.#entries[this.#third + index] as Entry;
  }

  callback(index: number): Entry | null {
    return this.#entries[2 * this.#third + index] ?? null;
  }

  get #third(): number {
    return this.#targets.length / 3;
  }
}
