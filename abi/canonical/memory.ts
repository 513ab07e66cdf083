// A guest's linear memory as lifting and lowering see it: views that stay valid when the
// memory grows, and bounds that trap. Knows nothing of types or strings.
// Spec: CanonicalABI.md "Loading", "Storing": every pointer is checked before it is used.

import { trap } from './trap.ts';

/** What is needed of a `WebAssembly.Memory`. */
export interface MemoryLike {
  readonly buffer: ArrayBuffer;
}

export class GuestMemory {
  readonly #memory: MemoryLike;
  #view: DataView;
  #bytes: Uint8Array;

  constructor(memory: MemoryLike) {
    this.#memory = memory;
    this.#view = new DataView(memory.buffer);
    this.#bytes = new Uint8Array(memory.buffer);
  }

  /** Valid until the guest next runs: growing detaches the buffer behind it. */
  get view(): DataView {
    this.#renew();
    return this.#view;
  }

  get bytes(): Uint8Array {
    this.#renew();
    return this.#bytes;
  }

  get byteLength(): number {
    return this.bytes.length;
  }

  /** What is detached has no bytes. To ask the memory for its buffer is a call into the engine each time. */
  #renew(): void {
    if (this.#bytes.length !== 0) return;
    this.#view = new DataView(this.#memory.buffer);
    this.#bytes = new Uint8Array(this.#memory.buffer);
  }

  /** Traps unless `ptr` is aligned and `byteLength` bytes from there lie in the memory. */
  check(ptr: number, byteLength: number, alignment: number): void {
    if (ptr % alignment !== 0) trap(`Pointer ${ptr} is not aligned to ${alignment} bytes`);
    if (ptr + byteLength > this.byteLength) {
      trap(`Pointer out of bounds: ${byteLength} bytes at ${ptr}, memory has ${this.byteLength}`);
    }
  }
}
