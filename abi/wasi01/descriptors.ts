// The descriptors of one WASI 0.1 program: numbers to standard streams, files and directories,
// wherever the program moves them.
// Spec: WASI legacy/preview1/docs.md, "fd", "fdflags".

import type { CommandOutput } from '../command.ts';
import type { Body } from '../edge/body.ts';
import type { FileTree } from '../files.ts';
import type { LogStream } from '../wasi/log-stream.ts';
import { ERRNO, type Errno } from './errno.ts';

export type Stream =
  | { readonly kind: 'input'; readonly body: Body | null }
  | { readonly kind: 'output'; readonly output: CommandOutput }
  | { readonly kind: 'log'; readonly stream: LogStream }
  | FileDescriptor
  | {
      readonly kind: 'directory';
      readonly tree: FileTree;
      readonly path: readonly string[];
      /** Of one that was granted: what the program finds it as. */
      readonly name: string | null;
    };

export interface FileDescriptor {
  readonly kind: 'file';
  readonly tree: FileTree;
  readonly path: readonly string[];
  /** Where the next read begins. */
  position: bigint;
}

export interface Descriptor {
  readonly stream: Stream;
  /** Reading gives `again` instead of waiting. */
  nonBlocking: boolean;
}

export class Descriptors {
  readonly #open: Map<number, Descriptor>;

  readonly #openMax: number;

  constructor(streams: readonly Stream[], openMax: number) {
    this.#openMax = openMax;
    this.#open = new Map(streams.map((stream, fd) => [fd, { stream, nonBlocking: false }]));
  }

  get(fd: number): Descriptor | undefined {
    return this.#open.get(fd);
  }

  /** The number of the descriptor, the lowest that is free; null when there are too many. */
  add(stream: Stream): number | null {
    if (this.#open.size >= this.#openMax) return null;
    let fd = 0;
    while (this.#open.has(fd)) fd += 1;
    this.#open.set(fd, { stream, nonBlocking: false });
    return fd;
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
