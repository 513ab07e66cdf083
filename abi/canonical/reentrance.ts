// Which component instances a call enters: that of the function and those around it, but none that the
// caller is in already. A call may enter none that another call has entered and not left.
// Step 8 of the request path. Does not know what is called.
// Spec: CanonicalABI.md `ComponentInstance.entering_set`.

/** @param caller null for the host */
export function enteredBy(
  parents: readonly (number | null)[],
  callee: number,
  caller: number | null,
): readonly number[] {
  const inside = new Set(caller === null ? [] : withAncestors(parents, caller));
  return withAncestors(parents, callee).filter((one) => !inside.has(one));
}

function withAncestors(parents: readonly (number | null)[], instance: number): number[] {
  const parent = parents[instance] ?? null;
  return parent === null ? [instance] : [instance, ...withAncestors(parents, parent)];
}
