// The descriptors of one WASI 0.1 program: numbers to streams. No directory is granted to
// programs, so all there are is standard input, output and error, wherever the program moves
// them.
// Spec: WASI legacy/preview1/docs.md, "fd", "fdflags".

import type { Body } from '../edge/body.ts';
import type { LogStream } from '../wasi/log-stream.ts';
import { ERRNO, type Errno } from './errno.ts';
import type { ProgramOutput } from './program.ts';

export type Stream =
  | { readonly kind: 'input'; readonly body: Body | null }
  | { readonly kind: 'output'; readonly output: ProgramOutput }
  | { readonly kind: 'log'; readonly stream: LogStream };

export interface Descriptor {
  readonly stream: Stream;
  /** Reading gives `again` instead of waiting. */
  nonBlocking: boolean;
}

export class Descriptors {
  readonly #open: Map<number, Descriptor>;

  constructor(streams: readonly Stream[]) {
    this.#open = new Map(streams.map((stream, fd) => [fd, { stream, nonBlocking: false }]));
  }

  get(fd: number): Descriptor | undefined {
    return this.#open.get(fd);
  }

  close(fd: number): Errno {
    const descriptor = this.#open.get(fd);
    if (descriptor === undefined) return ERRNO.badf;
    this.#open.delete(fd);
    if (descriptor.stream.kind === 'log') descriptor.stream.stream.close();
    return ERRNO.success;
  }

  /** Both have to be open: as the specification has it, a number cannot be made up. */
  renumber(from: number, to: number): Errno {
    const descriptor = this.#open.get(from);
    if (descriptor === undefined || !this.#open.has(to)) return ERRNO.badf;
    if (from === to) return ERRNO.success;
    this.close(to);
    this.#open.delete(from);
    this.#open.set(to, descriptor);
    return ERRNO.success;
  }

  closeAll(): void {
    for (const fd of [...this.#open.keys()]) this.close(fd);
  }
}
