// A trap that the host decides on: the guest broke a rule of the canonical ABI or of an
// import. It ends the instance; the wasm shim in front of every import turns it into
// `unreachable`, because a JavaScript exception could be caught by the guest.
// Spec: CanonicalABI.md "trap_if"; RATIONALE.md "Why does a trap go through wasm?".

export class Trap extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Trap';
  }
}

/** Typed so that it can stand where a value is wanted. */
export function trap(message: string): never {
  throw new Trap(message);
}
