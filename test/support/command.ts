// A program run as a command and not as a handler: with arguments, standard streams and an exit
// status. The host has no such thing; suites of others are made of such programs.

import { type Command, startCommand } from '../../abi/command.ts';
import { Body } from '../../abi/edge/body.ts';
import type { HandlerKind } from '../../abi/handlers.ts';
import type { ByteSource } from '../../abi/messages.ts';
import { GuestExit } from '../../abi/wasi/exit.ts';
import { programOf, startProgram } from '../../abi/wasi01/program.ts';
import { linkAnyWorld, runExport, type Surroundings } from './any-world.ts';

export interface CommandOptions extends Required<Surroundings> {
  /** The command's own. */
  readonly name: string;
  readonly args: readonly string[];
  readonly stdin: ByteSource | null;
}

/** How the command ended that was ended, or that could not be started. */
export const BROKEN_STATUS = 134;

/** Resolves with the exit status. */
export async function runCommand(bytes: Uint8Array, options: CommandOptions): Promise<number> {
  const linked = await linkAnyWorld(bytes);
  if ('findings' in linked) {
    for (const finding of linked.findings) options.err(finding);
    return BROKEN_STATUS;
  }
  const { component } = linked;
  const names = component.exports.map(({ definition: { interface: from, name } }) => `${from ?? ''}#${name}`);
  // What a compiler leaves of 0.2 beside a command of 0.3 is a stub.
  const wanted = ['#_start', 'wasi:cli/run@0.3', 'wasi:cli/run@'];
  const found = wanted.map((start) => names.findIndex((name) => name.startsWith(start)));
  const index = found.find((one) => one !== -1) ?? -1;
  if (index === -1) {
    options.err('It exports neither _start nor wasi:cli/run');
    return BROKEN_STATUS;
  }
  const kind = commandKind(component.exports[index]?.definition.name === '_start', options);
  const failure = await runExport(component, index, kind, options);
  if (failure === null) return 0;
  if (failure.cause instanceof GuestExit) return failure.cause.status;
  options.err(failure.message);
  return BROKEN_STATUS;
}

/** @param isProgram whether it is a core module */
function commandKind(isProgram: boolean, options: CommandOptions): HandlerKind {
  const command: Command = {
    args: [options.name, ...options.args],
    environment: options.environment,
    stdin: options.stdin === null ? null : new Body(options.stdin),
    stdout: { write: async (bytes) => options.out(bytes), flush: async () => {} },
  };
  if (!isProgram) {
    return {
      interface: 'wasi:cli/run',
      function: 'run',
      begin(cx) {
        startCommand(cx, command);
        return [];
      },
      answered(_, result) {
        if ((result as { readonly tag: string }).tag === 'err') throw new GuestExit(1);
      },
    };
  }
  return {
    interface: null,
    function: '_start',
    begin(cx) {
      startProgram(cx, command);
      return [];
    },
    returned: (cx) => programOf(cx).end(),
    broken: (cx) => programOf(cx).end(),
  };
}
