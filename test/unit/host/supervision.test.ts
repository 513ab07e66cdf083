// The decisions of the supervisor: when to try again, whose figures count, where a line ends.

import { describe, expect, test } from 'vitest';
import { batchedOutput } from '../../../host/commands/batched-output.ts';
import { NO_USAGE } from '../../../host/exchange.ts';
import { lineReader } from '../../../host/line-reader.ts';
import { exposition } from '../../../host/metrics/exposition.ts';
import { MetricsLedger } from '../../../host/metrics/ledger.ts';
import { Metrics } from '../../../host/metrics/metrics.ts';
import { restartDelay } from '../../../host/restart-delay.ts';
import { parseMetrics } from '../../support/parse-metrics.ts';

describe('restartDelay()', () => {
  test('replaces at once what had been working, and the first that had not', () => {
    expect(restartDelay(60_000, 7)).toEqual({ delayMs: 0, failures: 0 });
    expect(restartDelay(100, 0)).toEqual({ delayMs: 0, failures: 1 });
  });

  test('backs off in a crash loop, up to half a minute', () => {
    const delays = Array.from({ length: 12 }, (_, failures) => restartDelay(100, failures).delayMs);
    expect(delays).toEqual([0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });
});

describe('MetricsLedger', () => {
  const entry = {
    id: 'x',
    method: 'GET',
    path: '/',
    app: 'a',
    status: 200,
    code: 'OK',
    ...NO_USAGE,
    wallMs: 40,
    bytes: 100,
    bytesReceived: 0,
    detail: null,
  } as const;

  function figures(requests: number, rssBytes: number) {
    const metrics = new Metrics(['a']);
    for (let i = 0; i < requests; i += 1) metrics.record(entry);
    return structuredClone(metrics.families(rssBytes));
  }

  function read(ledger: MetricsLedger) {
    const { samples } = parseMetrics(exposition(ledger.total()));
    return (name: string, labels: Record<string, string> = {}) =>
      samples.find(
        (one) =>
          one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      )?.value;
  }

  test('adds up what lives, and keeps what the dead have counted', () => {
    const ledger = new MetricsLedger();
    ledger.record('1', figures(3, 1_000));
    ledger.record('2', figures(4, 500));
    let value = read(ledger);
    expect(value('wheeler_requests_total')).toBe(7);
    expect(value('wheeler_request_duration_seconds_count')).toBe(7);
    expect(value('wheeler_request_duration_seconds_bucket', { le: '0.05' })).toBe(7);
    expect(value('wheeler_request_duration_seconds_bucket', { le: '0.025' })).toBe(0);
    expect(value('wheeler_request_duration_seconds_sum')).toBeCloseTo(0.28);
    expect(value('process_resident_memory_bytes')).toBe(1_500);
    ledger.retire('1');
    ledger.record('3', figures(1, 200));
    value = read(ledger);
    expect(value('wheeler_requests_total')).toBe(8);
    expect(value('wheeler_request_duration_seconds_count')).toBe(8);
    expect(value('process_resident_memory_bytes')).toBe(700);
  });
});

describe('lineReader()', () => {
  test('hands on whole lines, however they come', () => {
    const got: string[] = [];
    const read = lineReader((lines) => got.push(Buffer.from(lines).toString()));
    for (const piece of ['{"a"', ':1}\n{"b":2}\n{"c', '"', ':3}\n']) read(Buffer.from(piece));
    expect(got).toEqual(['{"a":1}\n{"b":2}\n', '{"c":3}\n']);
  });

  test('a character may come in two pieces', () => {
    const got: string[] = [];
    const read = lineReader((lines) => got.push(Buffer.from(lines).toString()));
    const bytes = Buffer.from('ä\n');
    read(bytes.subarray(0, 1));
    read(bytes.subarray(1));
    expect(got).toEqual(['ä\n']);
  });
});

describe('batchedOutput()', () => {
  test('writes many lines at once, and those of others between them in order', () => {
    const written: string[] = [];
    const due: (() => void)[] = [];
    const out = batchedOutput({ write: (text) => written.push(String(text)) }, (write) => due.push(write));
    out.write('a\n');
    out.write('b\n');
    expect(written).toEqual([]);
    for (const write of due.splice(0)) write();
    expect(written).toEqual(['a\nb\n']);
    out.write('c\n');
    out.write(Buffer.from('of another\n'));
    expect(written).toEqual(['a\nb\n', 'c\n', 'of another\n']);
    expect(due).toHaveLength(1);
    for (const write of due.splice(0)) write();
    out.write('d\n');
    out.flush();
    expect(written.slice(3)).toEqual(['d\n']);
  });
});
