// What one request used, as everybody sees it: the log's line, the metrics, and the client's header.

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseMetrics } from '../support/parse-metrics.ts';
import { type Served, serveConfig } from '../support/served.ts';

const prebuilt = (id: string) => fileURLToPath(new URL(`../../guests/prebuilt/${id}.wasm`, import.meta.url));

const CONFIG = `
[server]
metrics_port = 0

[app.hello]
component = "${prebuilt('rust/hello')}"
routes = ["/hello"]

[app.timed]
component = "${prebuilt('rust/hello')}"
routes = ["/timed"]
server_timing = true

[app.echo]
component = "${prebuilt('assemblyscript/echo')}"
routes = ["/echo"]
`;

let served: Served;

beforeAll(async () => {
  served = await serveConfig(CONFIG);
}, 60_000);

afterAll(async () => {
  expect(await served.stop()).toBe(0);
});

async function logOf(path: string): Promise<Record<string, unknown>> {
  for (let count = 0; count < 500; count++) {
    const found = served.logged().find((line) => line.path === path);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Nothing is logged for ${path}`);
}

describe('a receipt', () => {
  test('is in the log', async () => {
    await (await fetch(`${served.base}/hello/logged`)).text();
    const line = await logOf('/hello/logged');
    expect(line).toMatchObject({ app: 'hello', code: 'OK', status: 200, waits: 0, fetches: 0 });
    expect(line).toMatchObject({ hostCalls: 1, bytesReceived: 0 });
    // A loaded machine may take the slice away and give it back.
    expect(line.slices).toBe((line.yields as number) + 1);
    expect(line.memoryBytes).toBeGreaterThan(0);
    expect(line.cpuMs).toBeGreaterThan(0);
    expect(line.wallMs).toBeGreaterThan(line.cpuMs as number);
  });

  test('counts what came in and what went out', async () => {
    const body = 'x'.repeat(100_000);
    const answer = await fetch(`${served.base}/echo/bytes`, { method: 'POST', body });
    expect(await answer.text()).toBe(body);
    expect(await logOf('/echo/bytes')).toMatchObject({ bytes: 100_000, bytesReceived: 100_000 });
  });

  test('is in the metrics', async () => {
    await (await fetch(`${served.base}/nowhere`)).text();
    await (await fetch(`${served.base}/hello/counted`)).text();
    await logOf('/hello/counted');
    const url = /Metrics at (http:\S+\/metrics)/.exec(served.printed())?.[1] as string;
    const { value } = parseMetrics(await (await fetch(url)).text());
    expect(value('wheeler_requests_total', { app: 'hello', code: 'OK' })).toBeGreaterThan(0);
    expect(value('wheeler_requests_total', { app: '', code: 'ROUTE_NOT_FOUND' })).toBe(1);
    expect(value('wheeler_request_cpu_seconds_sum', { app: 'hello' })).toBeGreaterThan(0);
    expect(value('wheeler_requests_in_flight', { app: 'hello' })).toBe(0);
    expect(value('wheeler_kills_total', { app: 'timed', limit: 'cpu' })).toBe(0);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  });

  test('is told to clients only where the configuration says so', async () => {
    const [hello, timed] = await Promise.all([fetch(`${served.base}/hello`), fetch(`${served.base}/timed`)]);
    expect(hello.headers.get('server-timing')).toBeNull();
    expect(timed.headers.get('server-timing')).toMatch(/^cpu;dur=\d+\.\d, total;dur=\d+\.\d$/);
  });
});
