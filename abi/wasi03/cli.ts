// The package `wasi:cli` 0.3 as a guest of ours finds it: the app's variables as environment, no
// arguments, input that is at its end, output and error that go to the app's log line by line.
// Spec: abi/wit-0.3/wasi-cli.

import { StreamReader, type ValueSource } from '../canonical/async/host-ends.ts';
import type { SharedStream } from '../canonical/async/shared-stream.ts';
import type { Billed, Config, GuestLog, LogLevel } from '../capabilities.ts';
import { type HostInterface, plain } from '../host-interface.ts';
import { LIMITS } from '../limits.ts';
import { environment } from '../wasi/environment.ts';
import { exit } from '../wasi/exit.ts';
import { LogStream } from '../wasi/log-stream.ts';

interface CliContext {
  readonly config: Config;
  readonly log: GuestLog;
  readonly billed: Billed;
}

type StdioResult = { readonly tag: 'ok' } | { readonly tag: 'err'; readonly val: 'io' };

const OK: StdioResult = { tag: 'ok' };
const EMPTY: ValueSource = { next: async () => null, cancel: () => {} };

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
    functions: { 'read-via-stream': plain(() => [EMPTY, Promise.resolve(OK)]) },
    drops: {},
  },
  output('stdout', 'info'),
  output('stderr', 'error'),
  { name: 'wasi:cli/terminal-input@0.3.0', functions: {}, drops: {} },
  { name: 'wasi:cli/terminal-output@0.3.0', functions: {}, drops: {} },
  ...['stdin', 'stdout', 'stderr'].map((name) => ({
    name: `wasi:cli/terminal-${name}@0.3.0`,
    functions: { [`get-terminal-${name}`]: plain(() => undefined) },
    drops: {},
  })),
];

function output(name: string, level: LogLevel): HostInterface<CliContext> {
  return {
    name: `wasi:cli/${name}@0.3.0`,
    functions: {
      'write-via-stream': plain((cx: CliContext, data: SharedStream) => logAll(cx, data, level)),
    },
    drops: {},
  };
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
    return { tag: 'err', val: 'io' };
  }
}
