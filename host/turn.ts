// The end of a turn of the event loop. First the answers that the turn has brought go to their clients, all
// together: a client that waits has to be woken, which costs this process 5 to 10 us, and one that is awake
// already does not. Then a guest that computes has its slice, behind which no answer should wait.
// Step 11 of the request path, and scheduler.ts. One per thread.
// RATIONALE.md "Why do answers wait for the end of a turn?". Does not know what an answer is.

type Work = () => void;

/** Guests that compute make a turn long: what has waited for so long goes when the next answer comes. */
const HELD_MS_MAX = 1;

export class Turn {
  readonly #atEnd: (callback: Work) => void;
  #answers: Work[] = [];
  #heldSinceMs = 0;
  #resumes: Work[] = [];
  #isAwaited = false;

  /** @param atEnd calls back once the event loop has served what was waiting for it */
  constructor(atEnd: (callback: Work) => void) {
    this.#atEnd = atEnd;
  }

  /** Calls `send` at the end of this turn, or sooner. `nowMs` never goes back. */
  hold(send: Work, nowMs: number): void {
    if (nowMs - this.#heldSinceMs >= HELD_MS_MAX) this.#send();
    // Never at once: its guest may be about to finish, and then the answer is whole and has a length.
    if (this.#answers.length === 0) this.#heldSinceMs = nowMs;
    this.#answers.push(send);
    this.#await();
  }

  /** Calls back at the end of this turn, once all answers are sent. */
  next(resume: Work): void {
    this.#resumes.push(resume);
    this.#await();
  }

  #await(): void {
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    this.#atEnd(() => this.#end());
  }

  #end(): void {
    this.#isAwaited = false;
    this.#send();
    const resumes = this.#resumes;
    this.#resumes = [];
    for (const resume of resumes) resume();
  }

  #send(): void {
    const answers = this.#answers;
    this.#answers = [];
    for (const send of answers) send();
  }
}

export const TURN = new Turn(setImmediate);
