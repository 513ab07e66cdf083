// What is the same for many versions, made once per process: most apps come out of a few SDKs, and import
// the same functions in the same way. Named by all that it is made of, as data; bounded, since what
// tenants deploy decides how many there are. Used when a version is linked. Does not know what it keeps.

export class Shared<Made> {
  readonly #max: number;
  readonly #made = new Map<string, Made>();

  constructor(max: number) {
    this.#max = max;
  }

  /** What `make` makes of `shape`, which is plain data and all that it depends on. */
  of(shape: unknown, make: () => Made): Made {
    const key = JSON.stringify(shape);
    const found = this.#made.get(key);
    if (found !== undefined) return found;
    const made = make();
    // Whoever has the oldest keeps it.
    if (this.#made.size >= this.#max) this.#made.delete(this.#made.keys().next().value as string);
    this.#made.set(key, made);
    return made;
  }
}
