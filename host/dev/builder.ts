// Builds projects in a child process, so that requests are answered meanwhile. The child is kept: a
// compiler that runs for the second time is several times as fast. One build at a time.

import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';

export interface BuildRequest {
  readonly directory: string;
}

export type BuildAnswer = { readonly rssBytes: number } & BuildResult;

/** `problem` is for people: the compiler's words, or what is missing. */
export type BuildResult = { readonly component: Uint8Array } | { readonly problem: string };

/** Beside this file, and like it: TypeScript in the repository, JavaScript in the published package. */
const ENTRY = new URL(`./build-child${extname(import.meta.url)}`, import.meta.url);

/** Compilers do not give back all that they took: beyond this the next build gets a new child. */
const CHILD_RSS_BYTES_MAX = 1.5e9; // arbitrary

export class Builder {
  #child: ChildProcess | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** Builds the project in `directory`. Never rejects. */
  build(directory: string): Promise<BuildResult> {
    const result = this.#last.then(() => this.#build(directory));
    this.#last = result;
    return result;
  }

  /** Ends the child; a build under way ends with a problem. */
  close(): void {
    this.#closed = true;
    this.#end();
  }

  async #build(directory: string): Promise<BuildResult> {
    if (this.#closed) return { problem: 'The build was ended' };
    const answer = await this.#ask({ directory });
    if (answer.rssBytes > CHILD_RSS_BYTES_MAX) this.#end();
    return answer;
  }

  #ask(request: BuildRequest): Promise<BuildAnswer> {
    const child = this.#child ?? this.#start();
    return new Promise((resolve) => {
      const settle = (answer: BuildAnswer) => {
        child.off('message', settle).off('exit', onExit).off('error', onError);
        resolve(answer);
      };
      const onExit = (code: number | null, signal: string | null) =>
        settle({ problem: `The build process ended with ${signal ?? `code ${code}`}`, rssBytes: 0 });
      const onError = (error: Error) =>
        settle({ problem: `The build process did not start: ${error.message}`, rssBytes: 0 });
      child.on('message', settle).on('exit', onExit).on('error', onError);
      child.send(request);
    });
  }

  #start(): ChildProcess {
    const child = fork(ENTRY, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const forget = () => {
      if (this.#child === child) this.#child = null;
    };
    child.on('exit', forget).on('error', forget);
    this.#child = child;
    return child;
  }

  #end(): void {
    // With its parent's end of the channel gone, it ends by itself.
    if (this.#child?.connected) this.#child.disconnect();
    this.#child = null;
  }
}
