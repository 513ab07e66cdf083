// What everything that is started here has in common: it can be prepared, started, asked for its
// memory, and stopped. One file of contestants/ per kind; the harness knows nothing else of them.

import type { Workbench } from './workbench.ts';

export type Family = 'ours' | 'container' | 'process' | 'microvm' | 'peer';

export interface Contestant {
  readonly name: string;
  readonly family: Family;
  /** What runs in it. Rows are compared with rows that run the same. */
  readonly code: string;
  /** What a start includes, and what it leaves out, in one sentence. */
  readonly about: string;
  /** How to get it, for those who do not have it. */
  readonly install: string;
  /** Whether it belongs to `--quick`: needs no root and starts in less than a second. */
  readonly quick: boolean;
  /** Builds what it starts. @throws `NotInstalled` when it is not here, or does not work here. */
  prepare(bench: Workbench): Promise<Prepared>;
}

export interface Prepared {
  readonly version: string;
  /** One start, from the command to the first byte of the right answer. */
  start(): Promise<Running>;
  /** Ends what was kept for all starts. */
  close(): Promise<void>;
}

export interface Running {
  /** From the command to the first instruction of user code; null when it could not be seen. */
  readonly firstInstructionMs: number | null;
  readonly firstByteMs: number;
  /** For the load; null where another row is loaded in its place. */
  readonly url: string | null;
  /** The first process; all others are its descendants. */
  readonly pid: number;
  /** A command before the load generator's, where it must enter a network namespace. */
  readonly enter: readonly string[];
  /** Of its process tree, or of what one more of it adds to its host; null where that is not known. */
  memoryMb(): Promise<number | null>;
  /** Resolves with the CPU time of everything from start to stop, in milliseconds. */
  stop(): Promise<number>;
}

/** The message says what was missing or went wrong. */
export class NotInstalled extends Error {}
