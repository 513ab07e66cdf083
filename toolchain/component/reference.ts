// The second opinion at deploy: the reference validator, which is the front end of jco's
// transpiler. It runs in a child process under a deadline, because a hostile component can make
// it panic, and a panicked validator refuses everything after; its output is thrown away there.

import { extname } from 'node:path';
import { ExpendableChild } from '../expendable-child.ts';
import type { Finding } from '../finding.ts';
import type { DecodedComponent } from './decode.ts';

/** What the child is asked, and what it answers. */
export interface ReferenceRequest {
  readonly bytes: Uint8Array;
}
export type ReferenceAnswer =
  | { readonly verdict: 'accepted' }
  | { readonly verdict: 'refused'; readonly reason: string }
  | { readonly verdict: 'panicked'; readonly reason: string };

export interface ReferenceOptions {
  /** For one component, the start of the child included. */
  readonly deadlineMs?: number;
  /** The module that the child runs. */
  readonly entry?: URL;
  /** Asked instead of one of our own: it answers as `reference-child.ts` does. */
  readonly child?: ExpendableChild;
}

/** Beside this file, and like it: TypeScript in the repository, JavaScript in the published package. */
const ENTRY = new URL(`./reference-child${extname(import.meta.url)}`, import.meta.url);
const DEADLINE_MS = 10_000;

export class ReferenceValidator {
  readonly #child: ExpendableChild;

  constructor({ deadlineMs = DEADLINE_MS, entry = ENTRY, child }: ReferenceOptions = {}) {
    this.#child = child ?? new ExpendableChild({ entry, deadlineMs });
  }

  /** What the reference validator has against `bytes`: one finding, or none. Never rejects. */
  async check(bytes: Uint8Array): Promise<Finding[]> {
    const question: ReferenceRequest = { bytes };
    const reply = await this.#child.ask<ReferenceAnswer>(question, ({ verdict }) => verdict === 'panicked');
    if ('failure' in reply) return [findingFor(`it ${reply.failure}`)];
    const { answer } = reply;
    return answer.verdict === 'accepted' ? [] : [findingFor(answer.reason)];
  }

  /** Ends the child. A check under way fails with a finding; a later one starts a new child. */
  close(): void {
    this.#child.close();
  }
}

/** Code of the canonical option string-encoding=utf8. */
const UTF8_OPTION = 0x00;

/**
 * The component as the reference validator is to see it: with UTF-8 for latin1+utf16, and for all
 * encodings where components of it call each other. Others make it panic when it generates code, and make no
 * difference to what is valid.
 */
export function forReference(bytes: Uint8Array, { plan, encodings }: DecodedComponent): Uint8Array {
  const replaced = [...encodings].filter(([, one]) => one === 'latin1+utf16' || plan.fused.length > 0);
  if (replaced.length === 0) return bytes;
  const copy = Uint8Array.from(bytes);
  for (const [offset] of replaced) copy[offset] = UTF8_OPTION;
  return copy;
}

function findingFor(reason: string): Finding {
  const [, hex] = /\(at offset 0x([0-9a-f]+)\)/.exec(reason) ?? [];
  const message = `The reference validator refuses the component: ${reason}`;
  return { code: 'reference', message, offset: hex === undefined ? null : Number.parseInt(hex, 16) };
}
