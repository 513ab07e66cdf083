// What `wheeler dev` says of builds: lines for people on a terminal, JSON through the log elsewhere.
// One line each, and the compiler's own words below when something is wrong.

import type { Output, Screen } from '../commands/screen.ts';
import type { DevFailure } from './failure.ts';

export interface DevReport {
  /** A new version answers. `ms` from the change. */
  swapped(app: string, ms: number, bytes: number): void;
  /** What was saved makes no difference. */
  unchanged(app: string, wasBroken: boolean): void;
  failed(failure: DevFailure, goesOn: boolean): void;
  watchFailed(app: string, error: Error): void;
}

export function devReport({ logger, paint }: Screen, out: Output): DevReport {
  if (out.isTTY !== true) {
    return {
      swapped: (app, ms, bytes) => logger.info({ app, ms: Number(ms.toFixed(1)), bytes }, 'swapped'),
      unchanged: (app) => logger.info({ app }, 'unchanged'),
      failed: ({ app, title, place, text }) => logger.error({ app, place, detail: text }, title),
      watchFailed: (app, error) => logger.error({ app, err: error }, WATCH_FAILED),
    };
  }
  const line = (text: string) => void out.write(`${text}\n`);
  return {
    swapped(app, ms, bytes) {
      const detail = `in ${ms.toFixed(0)} ms, ${bytes.toLocaleString('en-US')} bytes`;
      line(`${paint.green('built')} ${paint.bold(app)} ${paint.dim(detail)}`);
    },
    unchanged(app, wasBroken) {
      const detail = wasBroken ? 'builds again, and is what it was' : 'is what it was';
      line(`${paint.green('same')}  ${paint.bold(app)} ${paint.dim(detail)}`);
    },
    failed({ app, title, place, text }, goesOn) {
      const where = place === null ? '' : ` ${paint.cyan(place)}`;
      line(`\n${paint.red('error')} ${paint.bold(app)} · ${title}${where}\n\n${text}\n`);
      if (goesOn) line(paint.dim('The last good version goes on answering.\n'));
    },
    watchFailed: (app, error) =>
      line(`${paint.red('error')} ${paint.bold(app)} · ${WATCH_FAILED}: ${error.message}`),
  };
}

const WATCH_FAILED = 'Its files are not watched any more, start again';
