// The standard streams of `wasi:cli`: input is at its end, and what is written to output and
// error goes to the app's log line by line, at levels info and error.
// Terminals are absent, so no guest colours its lines.
// Spec: abi/wit/deps/wasi-cli/stdio.wit and terminal.wit.

import { type HostInterface, plain } from '../host-interface.ts';
import type { Lasting } from '../lasting.ts';
import { type LogContext, LogStream } from './log-stream.ts';
import { READY } from './poll.ts';
import type { InputStream } from './streams.ts';

const EMPTY: InputStream & Lasting<unknown> = {
  ...READY,
  read: () => null,
  close: () => {},
  renewed: () => EMPTY,
};

export const stdin: HostInterface<unknown> = {
  name: 'wasi:cli/stdin@0.2.12',
  functions: { 'get-stdin': plain(() => EMPTY) },
  drops: {},
};

export const stdout: HostInterface<LogContext> = {
  name: 'wasi:cli/stdout@0.2.12',
  functions: { 'get-stdout': plain(({ log }: LogContext) => new LogStream(log, 'info')) },
  drops: {},
};

export const stderr: HostInterface<LogContext> = {
  name: 'wasi:cli/stderr@0.2.12',
  functions: { 'get-stderr': plain(({ log }: LogContext) => new LogStream(log, 'error')) },
  drops: {},
};

const absent = plain(() => undefined);

/** The resources of the first two exist, but no guest ever gets one. */
export const terminals: readonly HostInterface<unknown>[] = [
  { name: 'wasi:cli/terminal-input@0.2.12', functions: {}, drops: {} },
  { name: 'wasi:cli/terminal-output@0.2.12', functions: {}, drops: {} },
  { name: 'wasi:cli/terminal-stdin@0.2.12', functions: { 'get-terminal-stdin': absent }, drops: {} },
  { name: 'wasi:cli/terminal-stdout@0.2.12', functions: { 'get-terminal-stdout': absent }, drops: {} },
  { name: 'wasi:cli/terminal-stderr@0.2.12', functions: { 'get-terminal-stderr': absent }, drops: {} },
];
