// What is printed when something does not start: the configuration's mistakes, a component's
// findings, a port that is taken. Pure: values in, text out.

import type { Finding } from '../../toolchain/finding.ts';
import type { ConfigMistake } from '../config/read-config.ts';
import type { Paint } from './paint.ts';

export function mistakesReport(file: string, mistakes: readonly ConfigMistake[], paint: Paint): string {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  const lines = mistakes.map(({ line, key, message }) => {
    const place = paint.bold(line === null ? file : `${file}:${line}`);
    return `${place}${key === '' ? '' : `  ${paint.cyan(key)}`}\n    ${message}`;
  });
  return `${paint.red(`The configuration has ${count}`)}\n\n${lines.join('\n')}\n`;
}

/** A table: offset in the file, kind, message. */
export function findingsReport(
  app: string,
  file: string,
  findings: readonly Finding[],
  paint: Paint,
): string {
  const count = findings.length === 1 ? 'one finding' : `${findings.length} findings`;
  return `${paint.red('Refused')} ${paint.bold(app)}, ${file}: ${count}\n${findingsTable(findings, paint)}`;
}

/** The compiler's own words, or what is missing. */
export function buildReport(app: string, { message }: Error, paint: Paint): string {
  return `${paint.red('Not built')} ${paint.bold(app)}: ${message.trimEnd()}\n`;
}

export function findingsTable(findings: readonly Finding[], paint: Paint): string {
  const offsets = findings.map(({ offset }) => (offset === null ? '-' : `0x${offset.toString(16)}`));
  const offsetWidth = Math.max('offset'.length, ...offsets.map((text) => text.length));
  const codeWidth = Math.max('kind'.length, ...findings.map(({ code }) => code.length));
  const row = (offset: string, code: string, message: string) =>
    `  ${offset.padStart(offsetWidth)}  ${code.padEnd(codeWidth)}  ${message}`;
  const rows = findings.map(({ code, message }, index) =>
    row(
      offsets[index] as string,
      code,
      message.replaceAll('\n', `\n${' '.repeat(offsetWidth + codeWidth + 6)}`),
    ),
  );
  return `${paint.dim(row('offset', 'kind', 'what'))}\n${rows.join('\n')}\n`;
}

/** Why a file could not be read, in words. */
export function unreadable(file: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return `There is no file ${file}`;
    case 'EISDIR':
      return `${file} is a folder, not a file`;
    case 'EACCES':
    case 'EPERM':
      return `The file ${file} may not be read by this user`;
    default:
      return `The file ${file} cannot be read: ${(error as Error).message}`;
  }
}

/** Why the server could not listen, and what to do. */
export function notListening(host: string, port: number, error: unknown, option = 'port'): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop the program that has it, or choose another with --${option} (0 takes a free one)`;
    case 'EACCES':
      return `Port ${port} may not be opened by this user: choose one from 1024 up with --${option}`;
    case 'EADDRNOTAVAIL':
      return `${host} is no address of this machine: choose another with --host`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host name ${host} could not be resolved: choose an address with --host`;
    default:
      return `The server could not listen on ${host} port ${port}: ${(error as Error).message}`;
  }
}
