// What goes to the terminal or the log while serving. On a terminal, lines for people;
// elsewhere JSON, one object per line.

import { type Logger, pino } from 'pino';
import { type AccessEntry, accessJson, accessLine } from '../access-log.ts';
import { type Paint, paintFor, type Terminal } from './paint.ts';

export interface Output extends Terminal {
  write(text: string | Uint8Array): unknown;
}

export interface Screen {
  readonly paint: Paint;
  /** For guests' lines and our own. */
  readonly logger: Logger;
  readonly onAccess: (entry: AccessEntry) => void;
  /** For lines of a log that another process wrote as JSON. */
  readonly onLines: (lines: Uint8Array) => void;
}

/** @param wallMs milliseconds since 1970, for the access log */
export function openScreen(
  out: Output,
  env: Readonly<Record<string, string | undefined>>,
  wallMs: () => number,
): Screen {
  const paint = paintFor(out, env);
  const options = { level: 'trace', base: null };
  if (out.isTTY !== true) {
    const logger = pino(options, { write: (line) => void out.write(line) });
    const onAccess = (entry: AccessEntry) => void out.write(`${accessJson(entry, wallMs())}\n`);
    return { paint, logger, onAccess, onLines: (lines) => void out.write(lines) };
  }
  return {
    paint,
    logger: pino(options, { write: (line) => void out.write(`${humanLine(line, paint)}\n`) }),
    onAccess: (entry) => void out.write(`${accessLine(entry, paint)}\n`),
    onLines: (lines) => {
      for (const line of Buffer.from(lines).toString().split('\n')) {
        if (line !== '') out.write(`${humanLine(line, paint)}\n`);
      }
    },
  };
}

/** `warn rust-hello · the message`, from pino's JSON. */
function humanLine(json: string, paint: Paint): string {
  if (!json.startsWith('{')) return json;
  const line = JSON.parse(json) as { level: number; msg?: string; app?: string; err?: { stack?: string } };
  if ('wallMs' in line) return accessLine({ detail: null, ...line } as unknown as AccessEntry, paint);
  const level = pino.levels.labels[line.level] ?? 'info';
  const shade = line.level >= 40 ? paint.red : paint.cyan;
  const app = line.app === undefined ? '' : `${line.app}${paint.dim(' · ')}`;
  const stack = line.err?.stack === undefined ? '' : `\n${line.err.stack}`;
  return `${shade(level.padEnd(4))} ${app}${line.msg ?? ''}${stack}`;
}
