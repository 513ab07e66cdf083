// One thing that is wrong with a component, as the deploy path reports it: for people, with a
// stable code for programs and the place in the file.

export interface Finding {
  /** Stable and searchable: `not-wasm`, `malformed`, `unsupported`, `unknown-import`, and so on. */
  readonly code: FindingCode;
  /** Says what and what to do, sentence case, no final period. */
  readonly message: string;
  /** Byte offset in the component's file, where there is one. */
  readonly offset: number | null;
}

export type FindingCode =
  /** The file does not begin like wasm. */
  | 'not-wasm'
  /** Breaks the binary format or the validation rules of the Component Model. */
  | 'malformed'
  /** Valid, but uses a feature that the linker does not know; the message names it. */
  | 'unsupported'
  /** Imports what no capability serves, or in a version or with a type that is not served. */
  | 'unknown-import'
  /** Exports no handler, or one of another type. */
  | 'missing-export'
  /** Uses what only wheeler:edge has, and is to be built for another world. */
  | 'edge-only'
  /** Exceeds a limit. */
  | 'limit'
  /** The reference validator refuses it. */
  | 'reference'
  /** It could not be started: a trap in its start function, or a compile that took too long. */
  | 'start-failed';
