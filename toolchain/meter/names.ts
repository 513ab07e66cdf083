// What the meter adds to a core module, by name: the contract between the rewriter, which
// writes these exports, and the host's meter, which finds them there. No guest may use them.

/** The countdown, a mutable i32. Below zero, the guest looks at the clock. */
export const FUEL_EXPORT = 'wheeler:fuel';
/** What it then calls: a mutable reference to a function that returns the new countdown, null until the host sets it. */
export const CHECKPOINT_EXPORT = 'wheeler:checkpoint';
/** The module's own start function, which the host calls once the other two are set. */
export const START_EXPORT = 'wheeler:start';
/**
 * An i32: the pages that a memory would have had, when the last growth was refused by the host; else 0.
 * Only of modules that grow memories.
 */
export const GROWTH_REFUSED_EXPORT = 'wheeler:growth-refused';

export const RESERVED_EXPORTS: ReadonlySet<string> = new Set([
  FUEL_EXPORT,
  CHECKPOINT_EXPORT,
  START_EXPORT,
  GROWTH_REFUSED_EXPORT,
]);
