// What is counted, and that a collector can read it.

import { describe, expect, test } from 'vitest';
import type { AccessEntry } from '../../../host/access-log.ts';
import { type Exchange, NO_USAGE, type Outcome } from '../../../host/exchange.ts';
import { exposition, Histogram } from '../../../host/metrics/exposition.ts';
import { listenForMetrics } from '../../../host/metrics/listener.ts';
import { Metrics } from '../../../host/metrics/metrics.ts';
import { OK_OUTCOME } from '../../support/fake-guest.ts';
import { parseMetrics } from '../../support/parse-metrics.ts';

const ENTRY: AccessEntry = {
  id: 'id1',
  method: 'GET',
  path: '/a',
  app: 'hello',
  status: 200,
  code: 'OK',
  ...NO_USAGE,
  cpuMs: 3,
  yields: 2,
  fetches: 1,
  wallMs: 40,
  bytes: 100,
  bytesReceived: 7,
  detail: null,
};

describe('exposition()', () => {
  test('escapes what labels and help may hold', () => {
    const nasty = 'a"b\\c\nd{e="f"} 1';
    const text = exposition([
      {
        name: 'x',
        help: 'One\\two\nthree',
        type: 'gauge',
        samples: [{ labels: { app: nasty }, value: 1.5 }],
      },
    ]);
    expect(text).toBe(
      '# HELP x One\\\\two\\nthree\n# TYPE x gauge\nx{app="a\\"b\\\\c\\nd{e=\\"f\\"} 1"} 1.5\n',
    );
    expect(parseMetrics(text).samples).toEqual([{ name: 'x', labels: { app: nasty }, value: 1.5 }]);
  });

  test('counts a histogram from its lowest bound up', () => {
    const histogram = new Histogram([1, 2]);
    for (const value of [0.5, 1, 1.5, 9]) histogram.observe(value);
    const text = exposition([
      {
        name: 'h',
        help: 'H',
        type: 'histogram',
        histograms: [{ labels: { app: 'a' }, histogram: histogram.figures }],
      },
    ]);
    expect(text.split('\n').slice(2)).toEqual([
      'h_bucket{app="a",le="1"} 2',
      'h_bucket{app="a",le="2"} 3',
      'h_bucket{app="a",le="+Inf"} 4',
      'h_sum{app="a"} 12',
      'h_count{app="a"} 4',
      '',
    ]);
  });
});

describe('Metrics', () => {
  const read = (metrics: Metrics) => parseMetrics(exposition(metrics.families(1_000_000)));

  test('adds up what the access log says, per app and code', () => {
    const metrics = new Metrics(['hello', 'idle']);
    metrics.record(ENTRY);
    metrics.record({ ...ENTRY, code: 'LIMIT_CPU', cpuMs: 50.2, wallMs: 60 });
    metrics.record({ ...ENTRY, app: null, code: 'ROUTE_NOT_FOUND' });
    const { value, types } = read(metrics);
    expect(value('wheeler_requests_total', { app: 'hello', code: 'OK' })).toBe(1);
    expect(value('wheeler_requests_total', { app: 'hello', code: 'LIMIT_CPU' })).toBe(1);
    expect(value('wheeler_requests_total', { app: '', code: 'ROUTE_NOT_FOUND' })).toBe(1);
    expect(value('wheeler_kills_total', { app: 'hello', limit: 'cpu' })).toBe(1);
    expect(value('wheeler_kills_total', { app: 'idle', limit: 'cpu' })).toBe(0);
    expect(value('wheeler_request_cpu_seconds_bucket', { app: 'hello', le: '0.05' })).toBe(1);
    expect(value('wheeler_request_cpu_seconds_count', { app: 'hello' })).toBe(2);
    expect(value('wheeler_request_cpu_seconds_sum', { app: 'hello' })).toBeCloseTo(0.0532);
    expect(value('wheeler_request_duration_seconds_sum', { app: 'hello' })).toBeCloseTo(0.1);
    expect(value('wheeler_preemptions_total', { app: 'hello' })).toBe(4);
    expect(value('wheeler_subrequests_total', { app: 'hello' })).toBe(2);
    expect(value('wheeler_received_bytes_total', { app: 'hello' })).toBe(14);
    expect(value('wheeler_sent_bytes_total', { app: 'hello' })).toBe(200);
    expect(value('process_resident_memory_bytes')).toBe(1_000_000);
    expect(types.get('wheeler_request_cpu_seconds')).toBe('histogram');
  });

  test('counts what is under way until the guest is done', async () => {
    const metrics = new Metrics([]);
    const done = Promise.withResolvers<Outcome>();
    const exchange = { response: Promise.reject(), done: done.promise, cpuMs: 0, cancel() {} };
    exchange.response.catch(() => {});
    const dispatch = metrics.watch('hello', () => exchange as Exchange);
    dispatch({} as never, 0);
    dispatch({} as never, 0);
    expect(read(metrics).value('wheeler_requests_in_flight', { app: 'hello' })).toBe(2);
    done.resolve(OK_OUTCOME);
    await done.promise;
    expect(read(metrics).value('wheeler_requests_in_flight', { app: 'hello' })).toBe(0);
  });

  test('has no more series after a thousand requests than after the first', () => {
    const metrics = new Metrics(['hello']);
    const count = () => read(metrics).samples.length;
    metrics.record(ENTRY);
    const before = count();
    for (let i = 0; i < 1_000; i++)
      metrics.record({ ...ENTRY, id: `id${i}`, path: `/${i}`, method: `M${i}` });
    expect(count()).toBe(before);
  });
});

describe('listenForMetrics()', () => {
  test('answers at one path of the loopback address', async () => {
    const listener = await listenForMetrics(0, async () => 'x 1\n');
    try {
      const answer = await fetch(listener.url);
      expect([answer.status, await answer.text()]).toEqual([200, 'x 1\n']);
      expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
      expect((await fetch(new URL('/', listener.url))).status).toBe(404);
      expect((await fetch(listener.url, { method: 'POST' })).status).toBe(405);
      expect(new URL(listener.url).hostname).toBe('127.0.0.1');
    } finally {
      await listener.close();
    }
  });
});
