// The second opinion at deploy: the reference validator, which is the front end of jco's
// transpiler. It runs in a child process under a deadline, because a hostile component can make
// it panic, and a panicked validator refuses everything after; its output is thrown away there.
// One child serves many components, one after the other, and is replaced when in doubt.

import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
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
}

/** Beside this file, and like it: TypeScript in the repository, JavaScript in the published package. */
const ENTRY = new URL(`./reference-child${extname(import.meta.url)}`, import.meta.url);
const DEADLINE_MS = 10_000;

export class ReferenceValidator {
  readonly #deadlineMs: number;
  readonly #entry: URL;
  #child: ChildProcess | null = null;
  #last: Promise<unknown> = Promise.resolve();
  readonly #endWithUs = () => this.#end();

  constructor({ deadlineMs = DEADLINE_MS, entry = ENTRY }: ReferenceOptions = {}) {
    this.#deadlineMs = deadlineMs;
    this.#entry = entry;
    process.once('exit', this.#endWithUs);
  }

  /** What the reference validator has against `bytes`: one finding, or none. Never rejects. */
  check(bytes: Uint8Array): Promise<Finding[]> {
    const result = this.#last.then(async () => {
      const answer = await this.#ask(bytes);
      if (answer.verdict === 'panicked') this.#end();
      return answer.verdict === 'accepted' ? [] : [findingFor(answer.reason)];
    });
    this.#last = result;
    return result;
  }

  /** Ends the child. A check under way fails with a finding; a later one starts a new child. */
  close(): void {
    this.#end();
    process.removeListener('exit', this.#endWithUs);
  }

  #end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  /** The answer of a child that is kept alive, and keeps us alive, only until it has come. */
  #ask(bytes: Uint8Array): Promise<ReferenceAnswer> {
    const child = this.#child ?? this.#start();
    return new Promise<ReferenceAnswer>((resolve) => {
      const settle = (answer: ReferenceAnswer) => {
        clearTimeout(timer);
        child.off('message', settle).off('exit', onExit).off('error', onError);
        child.unref();
        child.channel?.unref();
        resolve(answer);
      };
      const onExit = () => settle({ verdict: 'panicked', reason: 'it ended without an answer' });
      const onError = (error: Error) => settle({ verdict: 'panicked', reason: error.message });
      const timer = setTimeout(() => {
        settle({ verdict: 'panicked', reason: `it gave no answer within ${this.#deadlineMs} ms` });
      }, this.#deadlineMs);
      child.on('message', settle).on('exit', onExit).on('error', onError);
      child.ref();
      child.channel?.ref();
      child.send({ bytes } satisfies ReferenceRequest);
    });
  }

  #start(): ChildProcess {
    const child = fork(this.#entry, { env: {}, execArgv: [], serialization: 'advanced', stdio: 'ignore' });
    // Whatever happens to a child outside of a check only means that it is not asked again.
    const forget = () => {
      if (this.#child === child) this.#child = null;
    };
    child.on('exit', forget).on('error', forget);
    this.#child = child;
    return child;
  }
}

/** Code of the canonical option string-encoding=utf8. */
const UTF8_OPTION = 0x00;

/**
 * The component as the reference validator is to see it: with UTF-8 for latin1+utf16, which makes
 * it panic when it generates code, and which makes no difference to what is valid.
 */
export function forReference(bytes: Uint8Array, { latin1Offsets }: DecodedComponent): Uint8Array {
  if (latin1Offsets.length === 0) return bytes;
  const copy = Uint8Array.from(bytes);
  for (const offset of latin1Offsets) copy[offset] = UTF8_OPTION;
  return copy;
}

function findingFor(reason: string): Finding {
  const [, hex] = /\(at offset 0x([0-9a-f]+)\)/.exec(reason) ?? [];
  const message = `The reference validator refuses the component: ${reason}`;
  return { code: 'reference', message, offset: hex === undefined ? null : Number.parseInt(hex, 16) };
}
