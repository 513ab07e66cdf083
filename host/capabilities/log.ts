// A guest's log lines, into the host's structured log with app and request id. Step 9 of the request
// path. A guest can neither forge a line nor flood the log: control characters are escaped, and
// beyond the limit on bytes of a request there is one last line that says so.
// Spec: abi/wit/config.wit, interface log.

import type { GuestLog, LogLevel } from '../../abi/capabilities.ts';
import type { Capability } from './capability.ts';
import { escapeLine } from './escape-line.ts';

/** What is used of a logger such as pino's. */
export interface LineLogger {
  child(bindings: {
    readonly app: string;
    readonly request: string;
  }): Readonly<Record<LogLevel, (line: string) => void>>;
}

export interface LogOptions {
  readonly logger: LineLogger;
  /** The log itself failed. The guest is not told, since its request goes on without a log. */
  readonly onFailure: (error: unknown) => void;
}

export function initLog({ logger, onFailure }: LogOptions): Capability<GuestLog> {
  return {
    configure: ({ name, limits }) => ({
      prepare: ({ id }) =>
        new BoundedLog(() => logger.child({ app: name, request: id }), limits.logBytesMax, onFailure),
      close: async () => {},
    }),
  };
}

type Lines = ReturnType<LineLogger['child']>;

class BoundedLog implements GuestLog {
  /** Made for the first line: most requests log nothing. */
  readonly #makeLogger: () => Lines;
  #logger: Lines | null = null;
  readonly #bytesMax: number;
  readonly #onFailure: (error: unknown) => void;
  #bytesLeft: number;
  #cut = false;

  constructor(makeLogger: () => Lines, bytesMax: number, onFailure: (error: unknown) => void) {
    this.#makeLogger = makeLogger;
    this.#bytesMax = bytesMax;
    this.#bytesLeft = bytesMax;
    this.#onFailure = onFailure;
  }

  write(level: LogLevel, message: string): void {
    if (this.#cut) return;
    const line = escapeLine(message, this.#bytesLeft);
    this.#bytesLeft -= line.bytes;
    if (line.text !== '' || !line.cut) this.#put(level, line.text);
    if (!line.cut) return;
    this.#cut = true;
    this.#put('warn', `The log of this request ends here: its limit of ${this.#bytesMax} bytes is used up`);
  }

  #put(level: LogLevel, text: string): void {
    try {
      this.#logger ??= this.#makeLogger();
      this.#logger[level](text);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}
