// Bytes that a guest writes to standard output or error, as lines for its log.
// Spec: abi/wit/deps/wasi-cli/stdio.wit.

import type { GuestLog, LogLevel } from '../capabilities.ts';
import type { Lasting } from '../lasting.ts';
import { LIMITS } from '../limits.ts';
import { READY } from './poll.ts';
import type { OutputStream } from './streams.ts';

const LINE_FEED = 0x0a;

export interface LogContext {
  readonly log: GuestLog;
}

/** Lines for the log. What has no end yet is kept, and written when the stream is closed. */
export class LogStream implements OutputStream, Lasting<LogContext> {
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

  renewed({ log }: LogContext): LogStream {
    return new LogStream(log, this.#level);
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
