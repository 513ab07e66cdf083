// An error context: a message for whoever debugs, that a guest can pass on. No contract promises
// what the text is; here it is what was given.
// Spec: CanonicalABI.md "canon error-context.new".

import { TableEntry } from '../handles.ts';

export class ErrorContext extends TableEntry {
  readonly debugMessage: string;

  constructor(debugMessage: string) {
    super();
    this.debugMessage = debugMessage;
  }

  override abandon(): void {}
}
