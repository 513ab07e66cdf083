// What the meter adds to a core module, by name: the contract between the rewriter, which
// writes these exports, and the host's meter, which finds them there. No guest may use them.

/** The countdown, a mutable i32. Below zero, the guest looks at the clock. */
export const FUEL_EXPORT = 'wheeler:fuel';
/** What it then calls: a mutable reference to a function without parameters, null until the host sets it. */
export const CHECKPOINT_EXPORT = 'wheeler:checkpoint';
/** The module's own start function, which the host calls once the other two are set. */
export const START_EXPORT = 'wheeler:start';

export const RESERVED_EXPORTS: ReadonlySet<string> = new Set([FUEL_EXPORT, CHECKPOINT_EXPORT, START_EXPORT]);
