// The core instances of one slot: made by following the link plan, each with its own countdown, and put
// back to an image where there is one. Step 4 of the request path.
// With an image no start function runs: the image is what has come of it.
// Does not know requests, or how the host is called.
// Spec: component-model, design/mvp/CanonicalABI.md "Canonical Definitions".

import type { CoreValue } from '../abi/canonical/codec.ts';
import {
  type CoreFunc,
  type LinkPlan,
  MEMORY_IMPORT_MODULE,
  type ModuleShape,
  type Step,
} from '../abi/canonical/link-plan.ts';
import { trap } from '../abi/canonical/trap.ts';
import {
  CHECKPOINT_EXPORT,
  FUEL_EXPORT,
  GROWTH_REFUSED_EXPORT,
  START_EXPORT,
} from '../toolchain/meter/names.ts';
import type { Image, StepImage } from './image.ts';
import { InstanceState } from './instance-state.ts';
import type { Fuel, Meter } from './meter.ts';
import { SlotMemories } from './slot-memories.ts';

export type CoreFunction = (...args: CoreValue[]) => CoreValue | undefined;
export type Exports = WebAssembly.Instance['exports'];

/** What is made, and with what. */
export interface CoreInstancesParts {
  readonly component: {
    readonly plan: LinkPlan;
    readonly modules: readonly WebAssembly.Module[];
    readonly segmentsEnd: number;
  };
  /** Of each memory. */
  readonly memoryPagesMax: number;
  readonly image: Image | null;
  /** A core function of the plan, of the guest or of the host. */
  core(func: CoreFunc): CoreFunction;
  /** Looks at the clock for the instance that the step makes. */
  checkpoint(step: number): WebAssembly.ExportValue;
}

export class CoreInstances {
  readonly #parts: CoreInstancesParts;
  readonly #memories: SlotMemories;
  #image: Image | null;
  #isRestored = false;
  /** By the step that made them, like all that follows. */
  #exports: Exports[] = [];
  #states: (InstanceState | undefined)[] = [];
  #fuels: (Fuel | undefined)[] = [];
  /** How many pages the last growth that was refused had asked for. */
  #refusals: WebAssembly.Global[] = [];

  constructor(parts: CoreInstancesParts) {
    this.#parts = parts;
    this.#image = parts.image;
    this.#memories = new SlotMemories(parts.component.plan, parts.memoryPagesMax, parts.image);
  }

  /** The countdowns. */
  get fuels(): readonly (Fuel | undefined)[] {
    return this.#fuels;
  }

  /** Linear memory, all memories together. */
  get memoryBytes(): number {
    return this.#memories.bytes;
  }

  /** Linear memory that is there when there are no instances, or while nobody uses them. */
  get idleBytes(): number {
    return this.#memories.keptBytes;
  }

  /** How large a memory would have become, when the last growth of it was refused for our limit; else null. */
  get memoryBytesRefused(): number | null {
    const pages = Math.max(0, ...this.#refusals.map(({ value }) => value as number));
    return pages > this.#parts.memoryPagesMax ? pages * 65_536 : null;
  }

  exported(step: number, name: string): WebAssembly.ExportValue {
    return this.#exports[step]?.[name] ?? trap(`The core export ${name} is not there yet`);
  }

  /**
   * Makes all of them. Start functions run on the bill of `meter`, and cannot wait.
   * @throws what ended them, or `RangeError` when no memory can be had
   */
  make(meter: Meter): void {
    const { plan, segmentsEnd } = this.#parts.component;
    for (const step of plan.steps) this.#exports.push(this.#perform(step, meter));
    this.#restore(segmentsEnd);
  }

  /** Puts all of them into the state of the image. */
  restore(): void {
    this.#restore();
    this.#isRestored = true;
  }

  /** A request takes them over, in the state of the image. */
  begin(): void {
    if (!this.#isRestored) this.#restore();
    this.#isRestored = false;
  }

  /** The next request goes on with the state that the last one has left. */
  goOn(): void {
    this.#forget();
  }

  /** Whether they can be put back to the image: all are there, and no memory has grown. */
  get fits(): boolean {
    const image = this.#image;
    if (image === null || this.#exports.length < this.#parts.component.plan.steps.length) return false;
    return this.#states.every((state, step) => state?.fits(image[step] as StepImage) ?? true);
  }

  /** Their state, which they are put back to from now on; null when it could not be put back. */
  takeImage(): Image | null {
    const image: (StepImage | undefined)[] = [];
    for (const [step, state] of this.#states.entries()) {
      const read = state?.read();
      if (read === null) return null;
      image[step] = read;
    }
    this.#image = image;
    this.#memories.image = image;
    return image;
  }

  /** Lets them go, and of their memories what would have to be made anew dearly. */
  letGo(): void {
    this.#exports = [];
    this.#states = [];
    this.#fuels = [];
    this.#refusals = [];
    this.#memories.release();
  }

  /** @param zerosFrom where memories still hold zeros */
  #restore(zerosFrom?: number): void {
    const image = this.#image;
    if (image === null) return;
    for (const [step, state] of this.#states.entries()) {
      state?.restore(image[step] as StepImage, zerosFrom);
    }
    this.#forget();
  }

  /** What the meter keeps in them of a request. */
  #forget(): void {
    // What was saved up would be run without a look at the clock.
    for (const fuel of this.#fuels) if (fuel !== undefined) fuel.value = 0;
    for (const refusal of this.#refusals) refusal.value = 0;
  }

  #perform(step: Step, meter: Meter): Exports {
    if (step.kind === 'bundle') {
      return Object.fromEntries(
        step.items.map(({ name, sort, item }) => [
          name,
          sort === 'func' ? this.#parts.core(item) : this.exported(item.instance, item.name),
        ]),
      );
    }
    const { plan, modules } = this.#parts.component;
    const imports: Record<string, Exports> = {};
    for (const arg of step.args) imports[arg.name] = this.#exports[arg.instance] as Exports;
    const memories = this.#memories.take(this.#exports.length, step.module);
    imports[MEMORY_IMPORT_MODULE] = Object.fromEntries(memories.map((memory, i) => [String(i), memory]));
    const { exports } = new WebAssembly.Instance(modules[step.module] as WebAssembly.Module, imports);
    const shape = plan.modules[step.module] as ModuleShape;
    this.#states[this.#exports.length] = new InstanceState(shape, memories, exports);
    this.#start(exports, meter);
    return exports;
  }

  /** The instance whose step is being performed gets its countdown; only then may it run. */
  #start(exports: Exports, meter: Meter): void {
    const step = this.#exports.length;
    const fuel = exports[FUEL_EXPORT] as WebAssembly.Global;
    this.#fuels[step] = fuel;
    meter.fill(fuel, this.memoryBytes);
    (exports[CHECKPOINT_EXPORT] as WebAssembly.Global).value = this.#parts.checkpoint(step);
    const refusal = exports[GROWTH_REFUSED_EXPORT] as WebAssembly.Global | undefined;
    if (refusal !== undefined) this.#refusals.push(refusal);
    if (this.#image === null) (exports[START_EXPORT] as CoreFunction | undefined)?.();
  }
}
