// The standard streams of `wasi:cli`: input is at its end, and what is written to output and
// error goes to the app's log line by line, at levels info and error.
// Terminals are absent, so no guest colours its lines.
// Spec: abi/wit/deps/wasi-cli/stdio.wit and terminal.wit.

import type { GuestLog, LogLevel } from '../capabilities.ts';
import { type HostInterface, plain } from '../host-interface.ts';
import { LIMITS } from '../limits.ts';
import { READY } from './poll.ts';
import type { InputStream, OutputStream } from './streams.ts';

interface StdioContext {
  readonly log: GuestLog;
}

const LINE_FEED = 0x0a;

const EMPTY: InputStream = { ...READY, read: () => null, close: () => {} };

/** Lines for the log. What has no end yet is kept, and written when the stream is closed. */
class LogStream implements OutputStream {
  readonly ready = true;
  readonly whenReady = READY.whenReady;
  readonly #log: GuestLog;
  readonly #level: LogLevel;
  #line: Uint8Array[] = [];
  #lineBytes = 0;

  constructor(log: GuestLog, level: LogLevel) {
    this.#log = log;
    this.#level = level;
  }

  room(): number {
    return LIMITS.chunkBytesMax;
  }

  write(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      this.#keep(bytes.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#keep(bytes.subarray(start));
    // A line without an end must not hold any amount of memory.
    if (this.#lineBytes > LIMITS.chunkBytesMax) this.#endLine();
  }

  close(): void {
    if (this.#lineBytes > 0) this.#endLine();
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#line.push(bytes);
    this.#lineBytes += bytes.length;
  }

  #endLine(): void {
    const decoder = new TextDecoder();
    const parts = this.#line.map((bytes) => decoder.decode(bytes, { stream: true }));
    this.#line = [];
    this.#lineBytes = 0;
    this.#log.write(this.#level, parts.join('') + decoder.decode());
  }
}

export const stdin: HostInterface<unknown> = {
  name: 'wasi:cli/stdin@0.2.12',
  functions: { 'get-stdin': plain(() => EMPTY) },
  drops: {},
};

export const stdout: HostInterface<StdioContext> = {
  name: 'wasi:cli/stdout@0.2.12',
  functions: { 'get-stdout': plain(({ log }: StdioContext) => new LogStream(log, 'info')) },
  drops: {},
};

export const stderr: HostInterface<StdioContext> = {
  name: 'wasi:cli/stderr@0.2.12',
  functions: { 'get-stderr': plain(({ log }: StdioContext) => new LogStream(log, 'error')) },
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
