// What the link plan says of a core module for whoever makes instances of it and puts them back.
// Part of step "decode" of the deploy path.

import type { ModuleShape } from '../../abi/canonical/link-plan.ts';
import type { CoreModule } from '../wasm/module.ts';
import { numericGlobals } from './globals.ts';
import { obstacleOf } from './obstacle.ts';
import { segmentsEnd } from './segments-end.ts';

/** @param base of the module in the file */
export function moduleShape(module: CoreModule, base: number): ModuleShape {
  return {
    memories: module.memories.map(({ min, max }) => ({ pagesMin: min, pagesMax: max })),
    segmentsEnd: segmentsEnd(module),
    globals: numericGlobals(module).length,
    obstacle: obstacleOf(module, base),
  };
}
