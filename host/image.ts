// The image of a version: what the memories and globals of its core instances hold once they are
// initialised and before any request. Taken once per version and process, written into a slot
// before each request. Plain data, without the zeros: most of a small guest's page is zeros, and
// every idle app has an image. Step 4 of the request path; RATIONALE.md "What is an image?".
// Does not know where the bytes come from.

/** By the step of the link plan that makes the instance; undefined where it makes none. */
export type Image = readonly (StepImage | undefined)[];

/** In the order of the module's own memories, and of its numeric globals. */
export interface StepImage {
  readonly memories: readonly MemoryImage[];
  readonly globals: readonly (number | bigint)[];
}

export interface MemoryImage {
  readonly byteLength: number;
  /** In order, without gaps. */
  readonly stretches: readonly Stretch[];
}

/** `bytes` is null for zeros. */
interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array | null;
}

/** Finer: more calls for fewer bytes. A call costs about as much as 4 KiB do. */
const GRAIN_BYTES = 4096;
const ZEROS = new Uint8Array(GRAIN_BYTES);

export function imageOfMemory(memory: Uint8Array): MemoryImage {
  const isZero = (start: number) => Buffer.compare(memory.subarray(start, start + GRAIN_BYTES), ZEROS) === 0;
  const stretches: Stretch[] = [];
  let start = 0;
  while (start < memory.byteLength) {
    const zero = isZero(start);
    let end = start + GRAIN_BYTES;
    while (end < memory.byteLength && isZero(end) === zero) end += GRAIN_BYTES;
    stretches.push({ start, end, bytes: zero ? null : memory.slice(start, end) });
    start = end;
  }
  return { byteLength: memory.byteLength, stretches };
}

/**
 * Puts `memory`, which is of the image's length, into the image's state.
 * @param zerosFrom where a new memory still holds zeros: pages that were never touched take up nothing
 */
export function writeMemory(
  { stretches }: MemoryImage,
  memory: Uint8Array,
  zerosFrom = Number.POSITIVE_INFINITY,
): void {
  for (const { start, end, bytes } of stretches) {
    if (bytes !== null) memory.set(bytes, start);
    else if (start < zerosFrom) memory.fill(0, start, Math.min(end, zerosFrom));
  }
}
