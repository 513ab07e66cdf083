// Back from the code that runs to the code that the compiler made: what the rewriter put in moves
// everything behind it, and debug information knows nothing of that. Kept with an artifact only where
// there is debug information to look into.

import type { CopiedCode } from '../meter/insert.ts';

export class CodeMap {
  readonly #copied: readonly CopiedCode[];

  /** @param copied in ascending order */
  constructor(copied: readonly CopiedCode[]) {
    this.#copied = copied;
  }

  /**
   * Where this position was. Of inserted code, where the code behind it was.
   * Both positions are in the contents of the code section.
   */
  originalOf(position: number): number | null {
    let low = 0;
    let high = this.#copied.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#copied[middle] as CopiedCode).at <= position) low = middle + 1;
      else high = middle;
    }
    const before = this.#copied[low - 1];
    if (before === undefined) return null;
    const next = this.#copied[low];
    return Math.min(before.from + (position - before.at), next?.from ?? Number.POSITIVE_INFINITY);
  }
}
