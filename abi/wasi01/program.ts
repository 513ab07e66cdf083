// One run of a WASI 0.1 program: its arguments, environment and descriptors. Made when the
// handler is called, found again by the functions that the program imports; it is gone with the
// request.
// Does not know what standard output means: that is CGI's business.
// Spec: WASI legacy/preview1/docs.md.

import { trap } from '../canonical/trap.ts';
import type { Command, CommandOutput } from '../command.ts';
import type { EdgeContext } from '../edge/context.ts';
import { LogStream } from '../wasi/log-stream.ts';
import { Descriptors, type Stream } from './descriptors.ts';

export class Program {
  /** Each with a NUL at its end. */
  readonly args: readonly Uint8Array[];
  readonly environment: readonly Uint8Array[];
  readonly stdout: CommandOutput;
  readonly descriptors: Descriptors;

  constructor(cx: EdgeContext, start: Command) {
    this.args = start.args.map(zeroEnded);
    this.environment = [...start.environment].map(([name, value]) => zeroEnded(`${name}=${value}`));
    this.stdout = start.stdout;
    const directories = cx.config.directories.map(
      (tree): Stream => ({ kind: 'directory', tree, path: [], name: tree.name }),
    );
    this.descriptors = new Descriptors(
      [
        { kind: 'input', body: start.stdin },
        { kind: 'output', output: start.stdout },
        { kind: 'log', stream: new LogStream(cx.log, 'error') },
        ...directories,
      ],
      cx.limits.handlesMax,
    );
  }

  /** It runs no more: lines for the log without an end are written. */
  end(): void {
    this.descriptors.closeAll();
  }
}

const programs = new WeakMap<EdgeContext, Program>();

/** From now on this request runs that program. */
export function startProgram(cx: EdgeContext, start: Command): Program {
  const program = new Program(cx, start);
  programs.set(cx, program);
  return program;
}

export function programOf(cx: EdgeContext): Program {
  return programs.get(cx) ?? trap('WASI 0.1 was called before _start: by the start function of the module');
}

function zeroEnded(text: string): Uint8Array {
  return new TextEncoder().encode(`${text.replaceAll('\0', '')}\0`);
}
