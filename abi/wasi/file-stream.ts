// A file as an input stream of `wasi:io`: read by chunks as far as the guest waits for them.
// Spec: abi/wit/deps/wasi-filesystem/types.wit, read-via-stream.

import { FileError, type FileErrorCode, type FileTree } from '../files.ts';
import { LIMITS } from '../limits.ts';
import { type InputStream, IoError } from './streams.ts';

const NOTHING = new Uint8Array(0);

/** Why a file could not be read on. */
export class FileStreamError extends IoError {
  readonly code: FileErrorCode;

  constructor({ code, message }: FileError) {
    super(message);
    this.code = code;
  }
}

export class FileStream implements InputStream {
  readonly #tree: FileTree;
  readonly #path: readonly string[];
  #offset: bigint;
  #ahead: Uint8Array = NOTHING;
  #end: 'open' | 'ended' | FileError = 'open';
  #reading: Promise<void> | null = null;

  constructor(tree: FileTree, path: readonly string[], offset: bigint) {
    this.#tree = tree;
    this.#path = path;
    this.#offset = offset;
  }

  get ready(): boolean {
    return this.#ahead.length > 0 || this.#end !== 'open';
  }

  whenReady(): Promise<void> {
    if (this.ready) return Promise.resolve();
    this.#reading ??= this.#next();
    return this.#reading;
  }

  read(bytesMax: number): Uint8Array | null {
    if (this.#ahead.length > 0) {
      const bytes = this.#ahead.subarray(0, bytesMax);
      this.#ahead = this.#ahead.subarray(bytes.length);
      return bytes;
    }
    if (this.#end === 'ended') return null;
    if (this.#end === 'open') {
      void this.whenReady();
      return NOTHING;
    }
    const failure = this.#end;
    this.#end = 'ended';
    throw new FileStreamError(failure);
  }

  close(): void {
    this.#end = 'ended';
    this.#ahead = NOTHING;
  }

  async #next(): Promise<void> {
    try {
      const bytes = await this.#tree.read(this.#path, this.#offset, LIMITS.chunkBytesMax);
      this.#offset += BigInt(bytes.length);
      if (bytes.length === 0) this.#end = 'ended';
      else if (this.#end === 'open') this.#ahead = bytes;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      this.#end = error;
    }
    this.#reading = null;
  }
}
