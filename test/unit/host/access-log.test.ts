// The access log's lines: what a program that collects them reads.

import { expect, test } from 'vitest';
import { type AccessEntry, accessJson } from '../../../host/access-log.ts';
import { NO_USAGE } from '../../../host/exchange.ts';

const ENTRY: AccessEntry = {
  id: '0123456789abcdef01234567',
  method: 'GET',
  path: '/shop',
  app: 'shop',
  status: 200,
  code: 'OK',
  ...NO_USAGE,
  cpuMs: 0.123456,
  wallMs: 1.5,
  bytes: 12,
  bytesReceived: 3,
  detail: null,
};

const parsed = (entry: Partial<AccessEntry>) => JSON.parse(accessJson({ ...ENTRY, ...entry }, 1_234.9));

test('a line is JSON with the names and numbers of pino, and has no detail where there is none', () => {
  expect(parsed({})).toEqual({
    level: 30,
    time: 1_234,
    id: ENTRY.id,
    method: 'GET',
    path: '/shop',
    app: 'shop',
    status: 200,
    code: 'OK',
    cpuMs: 0.123,
    wallMs: 1.5,
    slices: 0,
    waits: 0,
    yields: 0,
    fetches: 0,
    hostCalls: 0,
    memoryBytes: 0,
    instance: 'none',
    use: 0,
    discarded: false,
    bytes: 12,
    bytesReceived: 3,
    msg: 'request',
  });
});

test.each(['/"quoted"', '/back\\slash', '/tab\there', '/\u0001', '/\u00e9', '/\ud800', '/a b[c]~', ''])(
  'a path is written as JSON writes it: %j',
  (path) => {
    expect(parsed({ path }).path).toBe(JSON.parse(JSON.stringify(path)));
  },
);

test('what was no HTTP has neither method nor app; what went wrong is told', () => {
  const line = parsed({ method: null, app: null, status: null, code: 'INTERNAL', detail: 'at "x"\n  y' });
  expect(line).toMatchObject({ level: 50, method: null, app: null, status: null, detail: 'at "x"\n  y' });
});
