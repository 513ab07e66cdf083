// The `wheeler` command under Node 26: words in, exit code out. 0 is success, 1 something that
// failed, 2 words that make no command.

import { readFileSync } from 'node:fs';
import { type Command, parseArguments, UsageError } from './commands/arguments.ts';
import { batchedOutput } from './commands/batched-output.ts';
import { build } from './commands/build.ts';
import { dev } from './commands/dev.ts';
import { inspect } from './commands/inspect.ts';
import { createProject } from './commands/new.ts';
import type { Output } from './commands/screen.ts';
import { serve } from './commands/serve.ts';
import { StartError } from './commands/start-error.ts';
import { COMMAND_USAGE, USAGE } from './commands/usage.ts';

async function main(words: readonly string[]): Promise<number> {
  try {
    return await run(parseArguments(words));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nwheeler --help lists what there is.\n`);
      return 2;
    }
    if (error instanceof StartError) {
      process.stderr.write(`${error.message.replace(/\n*$/, '')}\n`);
      return 1;
    }
    throw error;
  }
}

async function run(command: Command): Promise<number> {
  const io = { out: output(), err: process.stderr, env: process.env, signals: process };
  switch (command.name) {
    case 'help':
      process.stdout.write(command.of === null ? USAGE : COMMAND_USAGE[command.of]);
      return 0;
    case 'version':
      process.stdout.write(`${version()}\n`);
      return 0;
    case 'build':
      return build(command, io);
    case 'new':
      return createProject(command, io);
    case 'dev':
      return dev(command, io);
    case 'inspect':
      return inspect(command, io);
    case 'serve':
      return serve(command, io);
  }
}

/** A terminal shows each line as it comes. */
function output(): Output {
  if (process.stdout.isTTY) return process.stdout;
  const out = batchedOutput(process.stdout, setImmediate);
  process.once('exit', () => out.flush());
  return out;
}

function version(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

// The engine's ten would show little of a guest: the innermost are often those of a language's runtime.
Error.stackTraceLimit = 50;

process.exit(await main(process.argv.slice(2)));
