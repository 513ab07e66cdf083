// A child process for work on bytes that nobody trusts yet: it may crash, or not end. It answers one
// question after the other; one that gives no answer in time is killed, and the next question starts
// another. It gets nothing of the environment. Knows nothing of what it is asked.

import { type ChildProcess, fork } from 'node:child_process';

export interface ExpendableChildOptions {
  /** The module that the child runs: it answers each message that it gets with one of its own. */
  readonly entry: URL;
  /** For one answer, the start of the child included. */
  readonly deadlineMs: number;
}

export type Reply<Answer> =
  | { readonly answer: Answer }
  /** What happened instead, to follow on "it". */
  | { readonly failure: string };

export class ExpendableChild {
  readonly #options: ExpendableChildOptions;
  #child: ChildProcess | null = null;
  #last: Promise<unknown> = Promise.resolve();
  readonly #endWithUs = () => this.end();

  constructor(options: ExpendableChildOptions) {
    this.#options = options;
    process.once('exit', this.#endWithUs);
  }

  /**
   * Never rejects.
   * @param isSpent whether the child is of no use any more after this answer
   */
  ask<Answer>(question: object, isSpent: (answer: Answer) => boolean = () => false): Promise<Reply<Answer>> {
    const reply = this.#last.then(() => this.#ask(question, isSpent));
    this.#last = reply;
    return reply;
  }

  /** A question under way fails; a later one starts a new child. */
  end(): void {
    this.#child?.kill('SIGKILL');
    this.#child = null;
  }

  close(): void {
    this.end();
    process.removeListener('exit', this.#endWithUs);
  }

  /** The answer of a child that is kept alive, and keeps us alive, only until it has come. */
  #ask<Answer>(question: object, isSpent: (answer: Answer) => boolean): Promise<Reply<Answer>> {
    const child = this.#child ?? this.#start();
    const { deadlineMs } = this.#options;
    return new Promise((resolve) => {
      const settle = (reply: Reply<Answer>) => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        child.unref();
        child.channel?.unref();
        if ('failure' in reply || isSpent(reply.answer)) this.end();
        resolve(reply);
      };
      const onMessage = (answer: unknown) => settle({ answer: answer as Answer });
      const onExit = () => settle({ failure: 'ended without an answer' });
      const onError = (error: Error) => settle({ failure: `failed: ${error.message}` });
      const onLate = () => settle({ failure: `gave no answer within ${deadlineMs} ms` });
      const timer = setTimeout(onLate, deadlineMs);
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      child.ref();
      child.channel?.ref();
      child.send(question);
    });
  }

  #start(): ChildProcess {
    const { entry } = this.#options;
    const child = fork(entry, { env: {}, execArgv: [], serialization: 'advanced', stdio: 'ignore' });
    // Whatever happens to a child between questions only means that it is not asked again.
    const forget = () => {
      if (this.#child === child) this.#child = null;
    };
    child.on('exit', forget).on('error', forget);
    this.#child = child;
    return child;
  }
}
