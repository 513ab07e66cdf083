// Where the guests' log lines go when wheeler is embedded: a function of the host author's.
// Step 9 of the request path. What a line may hold was decided before, in capabilities/log.ts.

import type { LogLevel } from '../../abi/capabilities.ts';
import type { LineLogger } from '../capabilities/log.ts';

/** One line that a guest logged. */
export interface LogLine {
  readonly app: string;
  readonly requestId: string;
  readonly level: LogLevel;
  /** One line: control characters are escaped. */
  readonly message: string;
}

/** Called for each line, in order. What it throws becomes a warning of the process. */
export type LogSink = (line: LogLine) => void;

export function lineLogger(sink: LogSink): LineLogger {
  return {
    child({ app, request }) {
      const at = (level: LogLevel) => (message: string) => sink({ app, requestId: request, level, message });
      return {
        trace: at('trace'),
        debug: at('debug'),
        info: at('info'),
        warn: at('warn'),
        error: at('error'),
      };
    },
  };
}

/** The sink of a runtime whose author named none. */
export function writeToStderr({ app, requestId, level, message }: LogLine): void {
  process.stderr.write(`${level} ${app} ${requestId} ${message}\n`);
}
