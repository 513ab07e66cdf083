// What the limits of an app may be set to, wherever they are set: in `wheeler.toml` or by a program
// that embeds the library.

import type { AppLimits } from '../../abi/limits.ts';

/** The longest that a timer of Node's takes. */
export const MS_MAX = 2 ** 31 - 1;

export const LIMIT_RANGES: Record<keyof AppLimits, readonly [min: number, max: number, unit: string]> = {
  cpuMsMax: [1, MS_MAX, 'milliseconds'],
  memoryMbMax: [1, 4_096, 'megabytes'],
  fetchesMax: [0, 1_000_000, 'requests'],
  fetchesAtOnceMax: [1, 1_000_000, 'requests'],
  responseMsMax: [1, MS_MAX, 'milliseconds'],
  afterResponseMsMax: [1, MS_MAX, 'milliseconds'],
  idleMsMax: [1, MS_MAX, 'milliseconds'],
  requestBodyBytesMax: [0, Number.MAX_SAFE_INTEGER, 'bytes'],
  collectBytesMax: [0, 2 ** 32, 'bytes'],
  logBytesMax: [0, 2 ** 32, 'bytes'],
  handlesMax: [1, 10_000_000, 'handles'],
  requestsAtOnceMax: [1, 1_000_000, 'requests'],
};
