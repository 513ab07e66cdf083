// The package `wasi:cli` 0.3. A handler finds the app's variables as environment, no arguments, input
// that is at its end, and output that goes to its log line by line; a command what it was started with.
// Spec: abi/wit-0.3/wasi-cli.

import { StreamReader, type ValueSource } from '../canonical/async/host-ends.ts';
import type { SharedStream } from '../canonical/async/shared-stream.ts';
import type { Billed, Config, GuestLog, LogLevel } from '../capabilities.ts';
import { type CommandOutput, commandOf } from '../command.ts';
import type { Body } from '../edge/body.ts';
import type { GuestClock } from '../edge/context.ts';
import { type HostInterface, plain } from '../host-interface.ts';
import { LIMITS } from '../limits.ts';
import { environment } from '../wasi/environment.ts';
import { exit } from '../wasi/exit.ts';
import { LogStream } from '../wasi/log-stream.ts';

interface CliContext {
  readonly clock: GuestClock;
  readonly signal: AbortSignal;
  readonly config: Config;
  readonly log: GuestLog;
  readonly billed: Billed;
}

type StdioResult = { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: 'io' };

const OK: StdioResult = { tag: 'ok' };
const FAILED: StdioResult = { tag: 'err', val: 'io' };
const IDLE = Symbol('idle');
export const cli03: readonly HostInterface<CliContext>[] = [
  {
    name: 'wasi:cli/environment@0.3.0',
    functions: {
      'get-environment': environment.functions['get-environment']!,
      'get-arguments': environment.functions['get-arguments']!,
      'get-initial-cwd': environment.functions['initial-cwd']!,
    },
    drops: {},
  },
  { ...exit, name: 'wasi:cli/exit@0.3.0' },
  { name: 'wasi:cli/types@0.3.0', functions: {}, drops: {} },
  {
    name: 'wasi:cli/stdin@0.3.0',
    functions: { 'read-via-stream': plain((cx: CliContext) => input(commandOf(cx)?.stdin ?? null)) },
    drops: {},
  },
  output('stdout', (cx, data) => {
    const command = commandOf(cx);
    return command === null ? logAll(cx, data, 'info') : sendAll(cx, data, command.stdout);
  }),
  output('stderr', (cx, data) => logAll(cx, data, 'error')),
  { name: 'wasi:cli/terminal-input@0.3.0', functions: {}, drops: {} },
  { name: 'wasi:cli/terminal-output@0.3.0', functions: {}, drops: {} },
  ...['stdin', 'stdout', 'stderr'].map((name) => ({
    name: `wasi:cli/terminal-${name}@0.3.0`,
    functions: { [`get-terminal-${name}`]: plain(() => undefined) },
    drops: {},
  })),
];

function output(
  name: string,
  write: (cx: CliContext, data: SharedStream) => Promise<StdioResult>,
): HostInterface<CliContext> {
  return { name: `wasi:cli/${name}@0.3.0`, functions: { 'write-via-stream': plain(write) }, drops: {} };
}

function input(body: Body | null): readonly [ValueSource, Promise<StdioResult>] {
  const { promise, resolve } = Promise.withResolvers<StdioResult>();
  const next = async () => {
    const bytes = await body?.read(LIMITS.chunkBytesMax);
    if (bytes !== undefined && bytes.length > 0) return bytes;
    resolve(OK);
    return null;
  };
  const source = {
    next: () =>
      next().catch(() => {
        resolve(FAILED);
        return null;
      }),
    cancel: () => resolve(OK),
  };
  return [source, promise];
}

/** What a command wrote leaves at once when the command goes on to wait. */
async function sendAll(
  { clock, signal }: CliContext,
  data: SharedStream,
  stdout: CommandOutput,
): Promise<StdioResult> {
  const reader = new StreamReader(data);
  try {
    for (;;) {
      const reading = reader.read(LIMITS.chunkBytesMax);
      const idle = clock.sleep(0, signal).then(() => IDLE);
      if ((await Promise.race([reading, idle])) === IDLE) await stdout.flush();
      const bytes = (await reading) as Uint8Array | null;
      if (bytes === null) return OK;
      await stdout.write(bytes);
    }
  } catch {
    // Nobody reads any more, or it cannot be sent: whoever takes the output knows why.
    reader.drop();
    return FAILED;
  }
}

async function logAll(
  { log, billed }: CliContext,
  data: SharedStream,
  level: LogLevel,
): Promise<StdioResult> {
  const reader = new StreamReader(data);
  const lines = new LogStream(log, level);
  try {
    for (;;) {
      const bytes = (await reader.read(LIMITS.chunkBytesMax)) as Uint8Array | null;
      if (bytes === null) break;
      billed(() => lines.write(bytes));
    }
    lines.close();
    return OK;
  } catch {
    // The request is over, and nothing more of it is logged.
    reader.drop();
    return FAILED;
  }
}
