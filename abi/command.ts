// What a command is given that a handler is not: arguments, an environment and standard streams of
// its own. Whoever starts one says so here, and the interfaces of `wasi:cli` find it.
// Step 6 of the request path. A handler has none of it: its output is its log.

import type { Body } from './edge/body.ts';
import type { EdgeContext } from './edge/context.ts';

/** Where standard output goes. */
export interface CommandOutput {
  /** Takes `bytes` over, and waits while too much is on its way. Rejects with `EdgeError` when nobody reads. */
  write(bytes: Uint8Array): Promise<void>;
  /** The command is about to wait: what it has written should not wait with it. Rejects as `write`. */
  flush(): Promise<void>;
}

export interface Command {
  /** The command's own name comes first. */
  readonly args: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** null: at its end. */
  readonly stdin: Body | null;
  readonly stdout: CommandOutput;
}

/** What a command finds as its own name: there is no file of that name. */
export const OWN_NAME = 'program.wasm';

const commands = new WeakMap<object, Command>();

/** From now on this request runs that command. */
export function startCommand(cx: EdgeContext, command: Command): void {
  commands.set(cx, command);
}

/** null: it is no command. */
export function commandOf(cx: object): Command | null {
  return commands.get(cx) ?? null;
}
