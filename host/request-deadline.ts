// How long a guest may take to respond, and to return once it has: part of the sandbox, step 5 of the
// request path. An alarm is set only when the guest lets go of the thread for the first time: as long as it
// has the thread itself none could ring, and most guests are done before. A timer that is set
// and stopped for every request costs as much as reading its head.
// Does not know how a guest is ended.

import { type ErrorCode, WheelerError } from '../abi/errors.ts';
import type { AppLimits } from '../abi/limits.ts';
import { type Alarm, startAlarm } from './alarm.ts';

interface Task {
  readonly limit: 'responseMsMax' | 'afterResponseMsMax';
  readonly code: ErrorCode;
  readonly missed: string;
}

const TASKS = {
  respond: {
    limit: 'responseMsMax',
    code: 'LIMIT_RESPONSE_TIME',
    missed: 'The guest gave no response',
  },
  return: {
    limit: 'afterResponseMsMax',
    code: 'LIMIT_AFTER_RESPONSE',
    missed: 'The guest went on too long after its response',
  },
} as const satisfies Record<string, Task>;

export class RequestDeadline {
  readonly #limits: AppLimits;
  readonly #onMissed: (reason: WheelerError) => void;
  #task: Task | null = TASKS.respond;
  #alarm: Alarm | null = null;
  #hasGivenWay = false;

  /** For a guest that has begun and has to respond. */
  constructor(limits: AppLimits, onMissed: (reason: WheelerError) => void) {
    this.#limits = limits;
    this.#onMissed = onMissed;
  }

  /** What the guest has to do from now on, if anything. */
  set(task: keyof typeof TASKS | null): void {
    this.#task = task === null ? null : TASKS[task];
    this.#alarm?.stop();
    this.#alarm = null;
    if (this.#hasGivenWay) this.#watch();
  }

  /** The guest lets go of the thread. */
  giveWay(): void {
    if (this.#hasGivenWay) return;
    this.#hasGivenWay = true;
    this.#watch();
  }

  #watch(): void {
    if (this.#task === null) return;
    const { limit, code, missed } = this.#task;
    const msMax = this.#limits[limit];
    this.#alarm = startAlarm(msMax, () =>
      this.#onMissed(new WheelerError(code, `${missed}: limit ${msMax} ms`)),
    );
  }
}
