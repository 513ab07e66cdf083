// The state of one core instance that the host can read and write: its own memories and its numeric
// globals. Reads it for an image, and puts it back to one. Step 4 of the request path.
// Whether that is all of its state is said in the link plan: toolchain/image/obstacle.ts.

import type { ModuleShape } from '../abi/canonical/link-plan.ts';
import { globalExport } from '../toolchain/image/globals.ts';
import { imageOfMemory, type StepImage, writeMemory } from './image.ts';

export class InstanceState {
  readonly #memories: readonly WebAssembly.Memory[];
  /** Detached whenever a memory grows, also by nothing. */
  readonly #views: Uint8Array[];
  readonly #globals: readonly WebAssembly.Global[];

  constructor(
    shape: ModuleShape,
    memories: readonly WebAssembly.Memory[],
    exports: WebAssembly.Instance['exports'],
  ) {
    this.#memories = memories;
    this.#views = memories.map(({ buffer }) => new Uint8Array(buffer));
    this.#globals = Array.from(
      { length: shape.globals },
      (_, i) => exports[globalExport(i)] as WebAssembly.Global,
    );
  }

  /** Null when a global holds what JavaScript may not give back bit by bit. */
  read(): StepImage | null {
    const globals = this.#globals.map(({ value }) => value as number | bigint);
    if (globals.some((value) => Number.isNaN(value))) return null;
    return { memories: this.#memories.map((_, i) => imageOfMemory(this.#view(i))), globals };
  }

  /** False when a memory has grown: it cannot shrink. */
  fits({ memories }: StepImage): boolean {
    return memories.every(({ byteLength }, i) => this.#view(i).length === byteLength);
  }

  /** Puts it into the state of an image that fits; `zerosFrom` as for `writeMemory`. */
  restore({ memories, globals }: StepImage, zerosFrom?: number): void {
    for (const [i, image] of memories.entries()) writeMemory(image, this.#view(i), zerosFrom);
    for (let i = 0; i < globals.length; i += 1) (this.#globals[i] as WebAssembly.Global).value = globals[i];
  }

  #view(i: number): Uint8Array {
    const view = this.#views[i] as Uint8Array;
    if (view.length !== 0) return view;
    const fresh = new Uint8Array((this.#memories[i] as WebAssembly.Memory).buffer);
    this.#views[i] = fresh;
    return fresh;
  }
}
