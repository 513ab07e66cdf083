// Asks all worker processes for their figures, and adds them up with those of processes that are gone. For
// the supervisor, when somebody collects metrics.

import type { FromWorker } from './control-messages.ts';
import type { Family } from './metrics/exposition.ts';
import { MetricsLedger } from './metrics/ledger.ts';
import type { WorkerProcess } from './worker-process.ts';

const ANSWER_MS_MAX = 1_000;

export class FigureCollector {
  readonly #ledger = new MetricsLedger();
  /** What to do at each answer, by round. */
  readonly #rounds = new Map<number, () => void>();
  #last = 0;

  /** A process that does not answer in time counts with its last figures. */
  async collect(workers: readonly WorkerProcess[]): Promise<readonly Family[]> {
    this.#last += 1;
    const round = this.#last;
    let left = workers.length;
    const answered = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS_MAX);
      const onAnswer = () => {
        left -= 1;
        if (left > 0) return;
        clearTimeout(timer);
        resolve();
      };
      this.#rounds.set(round, onAnswer);
    });
    for (const worker of workers) worker.send({ type: 'measure', round });
    await answered;
    this.#rounds.delete(round);
    return this.#ledger.total();
  }

  take(from: WorkerProcess, { round, families }: FromWorker & { readonly type: 'figures' }): void {
    this.#ledger.record(from.name, families);
    if (round !== null) this.#rounds.get(round)?.();
  }

  /** It is gone; what it counted stays. */
  retire(worker: WorkerProcess): void {
    this.#ledger.retire(worker.name);
  }
}
