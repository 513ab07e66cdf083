// How much work a component may make the decoder do. Types are graphs, and walking one as a tree
// can take a million steps for five bytes of input; all walks together draw on one budget.

import { refuse } from '../refusal.ts';

/** Arbitrary: about a second; a component of a hundred interfaces needs less than a hundredth. */
const STEPS_MAX = 20_000_000;

export class Effort {
  #left = STEPS_MAX;

  /** Counts one step of a walk that began for what stands at `offset`. */
  step(offset: number): void {
    this.#left -= 1;
    if (this.#left < 0) refuse('limit', offset, 'The types of this component are too complex to check');
  }
}
