// Which export of a component is its handler, and of what kind: found once per version.
// Step 6 of the request path calls it. Does not know what the kinds do.

import type { EdgeContext } from '../abi/edge/context.ts';
import { HANDLERS, type HandlerKind } from '../abi/handlers.ts';
import type { LinkedComponent } from './linker.ts';

export interface Handler {
  readonly kind: HandlerKind;
  /** Index among the component's exports. */
  readonly index: number;
}

/** @throws Error when there is none: the deploy path has to have refused the component. */
export function findHandler({ exports }: LinkedComponent<EdgeContext>): Handler {
  for (const kind of HANDLERS) {
    const index = exports.findIndex(
      ({ definition: { interface: from, name } }) =>
        [from, from?.split('@')[0]].includes(kind.interface) && name === kind.function,
    );
    if (index !== -1) return { kind, index };
  }
  throw new Error('The component exports no handler of a kind that is known');
}
