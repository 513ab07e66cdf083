// One run of a WASI 0.1 program: its arguments, environment and descriptors. Made when the
// handler is called, found again by the functions that the program imports; it is gone with the
// request.
// Does not know what standard output means: that is CGI's business.
// Spec: WASI legacy/preview1/docs.md.

import { trap } from '../canonical/trap.ts';
import type { Body } from '../edge/body.ts';
import type { EdgeContext } from '../edge/context.ts';
import { LogStream } from '../wasi/log-stream.ts';
import { Descriptors, type Stream } from './descriptors.ts';

/** Where standard output goes. */
export interface ProgramOutput {
  /** Takes `bytes` over, and waits while too much is on its way. Rejects with `EdgeError` when nobody reads. */
  write(bytes: Uint8Array): Promise<void>;
  /** The program is about to wait: what it has written should not wait with it. Rejects as `write`. */
  flush(): Promise<void>;
}

export interface ProgramStart {
  /** Without the program's own name. */
  readonly args: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** null: at its end. */
  readonly stdin: Body | null;
  readonly stdout: ProgramOutput;
}

/** What a program finds as its own name: there is no file of that name. */
const OWN_NAME = 'program.wasm';

export class Program {
  /** Each with a NUL at its end. */
  readonly args: readonly Uint8Array[];
  readonly environment: readonly Uint8Array[];
  readonly stdout: ProgramOutput;
  readonly descriptors: Descriptors;

  constructor(cx: EdgeContext, start: ProgramStart) {
    this.args = [OWN_NAME, ...start.args].map(zeroEnded);
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
export function startProgram(cx: EdgeContext, start: ProgramStart): Program {
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
