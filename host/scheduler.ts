// Whose turn it is among guests that compute: one slice per turn of the event loop, so that sockets and
// timers are served in between and a small request does not wait for a large one. Apps take turns,
// and within an app requests do, in the order in which they gave up their last slice: many requests
// of one app get no more than few of another. One scheduler per thread.
// Does not know meters or requests.

type Resume = () => void;

/** One app's place in the round. */
export interface Lane {
  /** Resolves when it is the caller's turn again. */
  yield(): Promise<void>;
}

export class Scheduler {
  /** Lanes with somebody waiting, the next first. */
  readonly #round = new Set<Resume[]>();
  readonly #nextTurn: (callback: () => void) => void;
  #scheduled = false;

  /** @param nextTurn calls back once the event loop has served what was waiting for it */
  constructor(nextTurn: (callback: () => void) => void) {
    this.#nextTurn = nextTurn;
  }

  lane(): Lane {
    const waiting: Resume[] = [];
    return {
      yield: () =>
        new Promise((resume) => {
          waiting.push(resume);
          this.#round.add(waiting);
          this.#schedule();
        }),
    };
  }

  #schedule(): void {
    if (this.#scheduled || this.#round.size === 0) return;
    this.#scheduled = true;
    this.#nextTurn(() => {
      this.#scheduled = false;
      this.#resumeNext();
      this.#schedule();
    });
  }

  #resumeNext(): void {
    const [lane] = this.#round;
    if (lane === undefined) return;
    // Behind the others, if it still has somebody waiting.
    this.#round.delete(lane);
    const resume = lane.shift();
    if (lane.length > 0) this.#round.add(lane);
    resume?.();
  }
}
