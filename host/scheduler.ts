// Whose turn it is among guests that compute: one slice per turn of the event loop, in the
// order in which they gave up their last one, so that sockets and timers are served in between
// and a small request does not wait for a large one. One scheduler per thread.
// Does not know meters or requests.

type Resume = () => void;

export class Scheduler {
  readonly #ready: Resume[] = [];
  readonly #nextTurn: (callback: () => void) => void;
  #scheduled = false;

  /** @param nextTurn calls back once the event loop has served what was waiting for it */
  constructor(nextTurn: (callback: () => void) => void) {
    this.#nextTurn = nextTurn;
  }

  /** Resolves when it is the caller's turn again. */
  yield(): Promise<void> {
    return new Promise((resume) => {
      this.#ready.push(resume);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#ready.length === 0) return;
    this.#scheduled = true;
    this.#nextTurn(() => {
      this.#scheduled = false;
      this.#ready.shift()?.();
      this.#schedule();
    });
  }
}
