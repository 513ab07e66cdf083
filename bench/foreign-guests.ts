// What guests cost that were built with other people's tools: node bench/foreign-guests.ts FILE...
// Each file is deployed in this process and asked one request after the other, components once more with
// instances that are used again; no sockets. It is not among the benches that the tests run, since what it
// measures is built by hand: guests/examples/foreign/README.md.

import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { EdgeContext } from '../abi/edge/context.ts';
import { LINKED, SERVED } from '../abi/served.ts';
import { systemClock } from '../host/clock.ts';
import { link } from '../host/linker.ts';
import { Meter } from '../host/meter.ts';
import { Slot } from '../host/slot.ts';
import { appOf, readContent } from '../test/support/apps.ts';
import { servedWorld } from '../toolchain/component/served.ts';
import { buildArtifact } from '../toolchain/pipeline.ts';
import { median, percentile, type Row } from './bench.ts';
import { table } from './table.ts';

const REQUESTS = 500;
const STARTS = 50;
const REUSE = 100;
/** The default of 50 ms would end the first requests of the heavy ones. */
const LIMITS = { cpuMsMax: 10_000 };

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'string' } } });
const rows: Row[] = [];
for (const file of positionals) {
  const bytes = readFileSync(file);
  rows.push(await measure(basename(file, '.wasm'), bytes, 1));
  if (isComponent(bytes)) rows.push(await measure(basename(file, '.wasm'), bytes, REUSE));
}
process.stdout.write(`${table(rows)}\n`);
if (values.json !== undefined) {
  const at = new Date().toISOString();
  const about = { bench: 'foreign-guests', node: process.version, cpus: cpus().length, quick: false, at };
  writeFileSync(values.json, `${JSON.stringify({ ...about, rows, summary: {} }, null, 2)}\n`);
}

/** A program ends with its request. */
function isComponent(bytes: Uint8Array): boolean {
  return bytes[6] === 1;
}

async function measure(guest: string, bytes: Uint8Array, reuse: number): Promise<Row> {
  const before = performance.now();
  const app = await appOf(bytes, { limits: LIMITS, reuse });
  const deployMs = performance.now() - before;
  const cpuMs: number[] = [];
  const wallMs: number[] = [];
  let memoryBytes = 0;
  let reused = 0;
  const from = performance.now();
  for (let i = 0; i < REQUESTS; i++) {
    const began = performance.now();

    const exchange = app.start({ url: 'http://localhost/a/b' });
    const { status, content } = await exchange.response;
    const text = new TextDecoder().decode(await readContent(content));
    if (status !== 200 || !text.includes('/a/b')) throw new Error(`${guest} answered ${status} ${text}`);
    const outcome = await exchange.done;
    wallMs.push(performance.now() - began);
    cpuMs.push(outcome.cpuMs);
    memoryBytes = outcome.memoryBytes;
    if (outcome.instance === 'reused') reused += 1;
  }
  const perSecond = (REQUESTS * 1_000) / (performance.now() - from);
  await app.close();
  return {
    guest,
    reuse,
    bytes: bytes.length,
    deployMs,
    startMsP50: await measureStart(bytes),
    reusedShare: reused / REQUESTS,
    perSecond,
    firstCpuMs: cpuMs[0] as number,
    cpuMsP50: median(cpuMs),
    cpuMsP99: percentile(cpuMs, 0.99),
    wallMsP50: median(wallMs),
    memoryMb: memoryBytes / (1024 * 1024),
  };
}

/** Until a fresh instance could be called, start functions included. */
async function measureStart(bytes: Uint8Array): Promise<number> {
  const served = await servedWorld(
    new Map(SERVED.map((one) => [one.name, new Set(Object.keys(one.functions))])),
  );
  const built = await buildArtifact(bytes, { served, reference: { check: async () => [] } });
  if ('findings' in built) throw new Error(JSON.stringify(built.findings));
  const component = await link(built.artifact, (name) => LINKED.find((one) => one.name === name));
  const slot = new Slot(component, { handlesMax: 1_000, memoryPagesMax: 2_048 }, null);
  const startMs: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const meter = new Meter(systemClock(), LIMITS.cpuMsMax);
    const began = performance.now();
    meter.start();
    slot.enter({
      context: {} as EdgeContext,
      ended: false,
      meter,
      profile: null,
      entered: () => {},
      suspend: (work) => work,
      blocked: () => {},
      yield: async () => {},
      failed: (reason) => {
        throw reason;
      },
    });
    startMs.push(performance.now() - began);
    slot.leave();
  }
  return median(startMs);
}
