// How much work a component may make the decoder do. Types are graphs, and walking one as a tree
// can take a million steps for five bytes of input; all walks together draw on one budget.

import { refuse } from '../refusal.ts';

/** Arbitrary: well below a second for walks; a component of a hundred interfaces needs a hundredth. */
const STEPS_MAX = 5_000_000;

/** What reading one definition counts for: half a million definitions take some two seconds. */
const STEPS_PER_DEFINITION = 10;

export class Effort {
  #left = STEPS_MAX;

  /** Counts one step of a walk that began for what stands at `offset`. */
  step(offset: number): void {
    this.#spend(1, offset);
  }

  /** Counts one definition. */
  definition(offset: number): void {
    this.#spend(STEPS_PER_DEFINITION, offset);
  }

  #spend(steps: number, offset: number): void {
    this.#left -= steps;
    if (this.#left < 0)
      refuse('limit', offset, 'This component has too many definitions, or too complex types');
  }
}
