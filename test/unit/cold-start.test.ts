// What the cold-start report is made of: guests that say when they begin, bytes that no cache knows,
// arithmetic that a simulation backs, and pages that need nothing but themselves.

import { describe, expect, test } from 'vitest';
import type { Details } from '../../bench/cold-start/cold-start.ts';
import { distinctComponent, distinctModule } from '../../bench/cold-start/ours/distinct.ts';
import { agreements } from '../../bench/cold-start/report/agreement.ts';
import { findings } from '../../bench/cold-start/report/findings.ts';
import { render } from '../../bench/cold-start/report/render.ts';
import type { Result } from '../../bench/cold-start/report/result.ts';
import { logScale } from '../../bench/cold-start/report/scale.ts';
import { type ColdStartRow, summaryOf } from '../../bench/cold-start/rows.ts';
import { expected, scaleOut, WORKLOAD } from '../../bench/cold-start/scale-out.ts';
import { simulate } from '../../bench/cold-start/simulate.ts';
import { readPrebuilt } from '../../guests/prebuilt.ts';
import { appOf, prebuiltApp } from '../support/apps.ts';

const GUESTS = ['assemblyscript/first-line', 'rust/first-line', 'go/first-line'];

describe('the guests', () => {
  test.each(GUESTS)('%s says that it runs, and what it was asked', async (name) => {
    const app = await prebuiltApp(name);
    const { text } = await app.ask({ url: 'http://localhost/some/path' });
    expect(text).toBe('{"method":"GET","path":"/some/path"}');
    expect(app.logged).toEqual(['info first instruction']);
    await app.close();
  });

  test('are the same under other bytes', async () => {
    const bytes = await readPrebuilt('rust/first-line');
    if (bytes === null) throw new Error('It is not there');
    const distinct = distinctComponent(bytes, 70);
    expect(distinct).not.toEqual(distinctComponent(bytes, 71));
    const app = await appOf(distinct);
    expect((await app.ask({ url: 'http://localhost/x' })).text).toBe('{"method":"GET","path":"/x"}');
    await app.close();
  });

  test.each([0, 63, 64, 127, 128, 1_000_000])('a module gets a global of value %i', (number) => {
    // One global, an i32 of 5, exported as "g".
    const module = Uint8Array.from([
      0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 6, 6, 1, 0x7f, 0, 0x41, 5, 0x0b, 7, 5, 1, 1, 0x67, 3, 0,
    ]);
    const distinct = distinctModule(module, number);
    const { g } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(distinct))).exports;
    expect((g as WebAssembly.Global).value).toBe(5);
    expect(distinct).not.toEqual(distinctModule(module, number + 1));
  });
});

describe('scale-out', () => {
  test.each([
    WORKLOAD,
    { tenants: 300, exponent: 0.7, requestsPerSecond: 40, keepAliveSeconds: 10 },
    { tenants: 50, exponent: 1.4, requestsPerSecond: 5, keepAliveSeconds: 30 },
  ])('the simulation of %o agrees with the paper', (workload) => {
    const played = simulate(workload, 2_000, dice(1));
    const paper = expected(workload);
    expect(played.warm / paper.warm).toBeCloseTo(1, 1);
    expect(Math.abs(played.coldShare - paper.coldShare)).toBeLessThan(0.01);
  });

  test('costs are a start for the cold share and a request for all', () => {
    const workload = { tenants: 1, exponent: 1, requestsPerSecond: 10, keepAliveSeconds: 0 };
    const costs = { cpuMsPerStart: 5, cpuUsPerRequest: 1_000, memoryMb: 100 };
    const { coldShare, cpuSecondsPerMillion, cpuShare } = scaleOut(costs, workload, {
      cores: 2,
      memoryGb: 1,
    });
    expect(coldShare).toBe(1);
    expect(cpuSecondsPerMillion).toBe(6_000);
    expect(cpuShare).toBeCloseTo(0.03);
  });
});

describe('the report', () => {
  test('compares ours with the fastest container', () => {
    const { summary } = result();
    expect(summary).toMatchObject({
      fastestContainer: 'crun, native, bare',
      oursFirstByteMs: 4,
      firstByteRatio: 1.5,
    });
  });

  test('says what was missed, and which rows two runs disagree about', () => {
    const slow = result({ 'wheeler, not loaded, Rust': 9 });
    const found = findings(slow, agreements(slow, result()));
    expect(found.filter(({ met }) => met === false).map(({ text }) => text)).toEqual([
      expect.stringContaining('1.50 times later'),
      expect.stringContaining('in 1 of 3 rows: wheeler, not loaded, Rust'),
    ]);
  });

  test('has every row in every form, and asks the network for nothing', () => {
    const { md = '', html = '', svg = '' } = render(result(), result());
    for (const form of [md, html]) {
      for (const { contestant } of result().rows) expect(form).toContain(contestant);
      expect(form).toContain('apt-get install runsc');
    }
    expect(svg).toContain('crun, native, bare');
    expect(`${html}${svg}`).not.toMatch(/<script|<link|@import|src=|url\(|https?:(?!\/\/www\.w3\.org)/);
  });

  test('the axis begins and ends at a power of ten', () => {
    const { ticks, place } = logScale([0.3, 42]);
    expect(ticks).toEqual([0.1, 1, 10, 100]);
    expect([place(0.1), place(1), place(100)].map((at) => at.toFixed(3))).toEqual([
      '0.000',
      '0.333',
      '1.000',
    ]);
  });
});

const BYTES: Readonly<Record<string, number>> = {
  'wheeler, running, Rust': 1,
  'wheeler, not loaded, Rust': 4,
  'process, native': 0.5,
  'crun, native, bare': 6,
};

function result(changed: Readonly<Record<string, number>> = {}): Result {
  const bytes = { ...BYTES, ...changed };
  const rows = [...Object.entries(bytes).map(([name, ms]) => row(name, ms)), row('gVisor, native', null)];
  const details: Details = {
    machine: { cpu: 'Some CPU', memoryGb: 8, kernel: 'Linux 6' },
    load: 'some load',
    samples: Object.fromEntries(Object.entries(bytes).map(([name, ms]) => [name, [ms * 0.9, ms, ms * 1.5]])),
    warm: { expected: 10, simulated: 11 },
    coldShare: { expected: 0.1, simulated: 0.11 },
  };
  return {
    node: 'v26',
    cpus: 2,
    quick: false,
    at: '2026-01-02T03:04:05Z',
    rows,
    summary: summaryOf(rows),
    details,
  };
}

function row(contestant: string, ms: number | null): ColdStartRow {
  return {
    contestant,
    family: contestant.startsWith('wheeler')
      ? 'ours'
      : contestant.startsWith('process')
        ? 'process'
        : 'container',
    code: 'native',
    installed: ms !== null,
    version: ms === null ? null : '1',
    runs: 3,
    firstInstructionP50Ms: ms,
    firstInstructionP99Ms: ms,
    firstByteP10Ms: ms,
    firstByteP50Ms: ms,
    firstByteP90Ms: ms,
    firstByteP99Ms: ms,
    memoryMb: ms,
    cpuMsPerStart: ms,
    requestsPerSecond: ms,
    cpuUsPerRequest: ms,
    about: ms === null ? 'To have it: apt-get install runsc' : 'All of it.',
  };
}

/** The same numbers for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
