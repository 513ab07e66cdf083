// How the deploy path stops at the first thing that is wrong: one exception class that carries
// one finding. The readers and checkers throw it, the entry points turn it into a finding.
// Any other exception out of the toolchain is a bug of ours.

import type { Finding, FindingCode } from './finding.ts';

export class Refusal extends Error {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(finding.message);
    this.name = 'Refusal';
    this.finding = finding;
  }
}

export function refuse(code: FindingCode, offset: number | null, message: string): never {
  throw new Refusal({ code, message, offset });
}

/** The bytes break the format or its rules. */
export function malformed(offset: number, message: string): never {
  refuse('malformed', offset, message);
}

/** The bytes may be valid, but use what the linker does not know. */
export function unsupported(offset: number, message: string): never {
  refuse('unsupported', offset, message);
}

/** What `work` yields, or the finding with which it stopped. */
export function findingOf<T>(work: () => T): { readonly value: T } | { readonly finding: Finding } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof Refusal) return { finding: error.finding };
    throw error;
  }
}
