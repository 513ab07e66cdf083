// The bench `instance-start`: how long it takes until the instance of a request can be called. Read around
// that step of real requests, one after the other, without a socket: in a slot that is put back to its
// image, in fresh instances, and as jco's generated code instantiates the same component. Large slots are
// put back when a request is over; that counts as part of the next start.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { transpileBytes } from '@bytecodealliance/jco-transpile';
import type { EdgeContext } from '../abi/edge/context.ts';
import type { Slot } from '../host/slot.ts';
import { type AppOptions, prebuiltApp } from '../test/support/apps.ts';
import { type Bench, percentile, type Row } from './bench.ts';

const LANGUAGES = ['assemblyscript', 'rust', 'go'];
const WARM_SHARE = 0.2;

export const instanceStartBench: Bench = {
  name: 'instance-start',
  about: 'until a hello can be called: restored slot, fresh instance, the instance of jco',
  async run({ quick, progress }) {
    const rows: Row[] = [];
    for (const language of LANGUAGES) {
      progress(language);
      const name = `${language}/hello`;
      const count = quick ? 20 : language === 'go' ? 2_000 : 10_000;
      const modes: Record<string, Starts> = {
        slot: await inRequests(name, count, { init: 'once' }),
        fresh: await inRequests(name, count, { init: 'per-request' }),
      };
      // Go's runtime wants streams and a clock of its host while it starts, and there is none here.
      if (language !== 'go') {
        const startUs = await inJco(name, Math.ceil(count / 10));
        modes.jco = { startUs, waitUs: startUs };
      }
      for (const [mode, { startUs, waitUs }] of Object.entries(modes)) {
        const [p50Us, p99Us] = [percentile(startUs, 0.5), percentile(startUs, 0.99)];
        const waitP50Us = percentile(waitUs, 0.5);
        rows.push({ guest: 'hello', language, mode, starts: startUs.length, p50Us, p99Us, waitP50Us });
      }
    }
    return { rows, summary: {} };
  },
};

/** Microseconds. */
interface Starts {
  /** All that a start takes. */
  readonly startUs: number[];
  /** What of it a request waits for. */
  readonly waitUs: number[];
}

/** Of each start, the first ones apart. */
async function inRequests(name: string, count: number, options: AppOptions): Promise<Starts> {
  const startUs: number[] = [];
  const waitUs: number[] = [];
  let restoreUs = 0;
  const timed = new WeakSet<object>();
  const watch = (slot: Slot<EdgeContext>) => {
    if (timed.has(slot)) return;
    timed.add(slot);
    const enter = slot.enter.bind(slot);
    slot.enter = (occupant) => {
      const beganMs = performance.now();
      enter(occupant);
      const enterUs = (performance.now() - beganMs) * 1_000;
      waitUs.push(enterUs);
      startUs.push(restoreUs + enterUs);
      restoreUs = 0;
    };
    const restoreSoon = slot.restoreSoon.bind(slot);
    slot.restoreSoon = async (meter) => {
      const bill = meter.bill.bind(meter);
      meter.bill = (work) => {
        const beganMs = performance.now();
        const result = bill(work);
        restoreUs = (performance.now() - beganMs) * 1_000;
        return result;
      };
      await restoreSoon(meter);
    };
  };
  const app = await prebuiltApp(name, { ...options, onSlot: watch });
  for (let i = 0; i < count; i += 1) {
    const exchange = app.start();
    await exchange.response;
    const { code } = await exchange.done;
    if (code !== 'OK') throw new Error(`${name} ended with ${code}`);
  }
  await app.close();
  const first = Math.floor(count * WARM_SHARE);
  return { startUs: startUs.slice(first), waitUs: waitUs.slice(first) };
}

type Instantiate = (core: (path: string) => WebAssembly.Module, imports: object) => unknown;

async function inJco(name: string, count: number): Promise<number[]> {
  const { files } = await transpileBytes(
    await readFile(new URL(`../guests/prebuilt/${name}.wasm`, import.meta.url)),
    {
      name: 'guest',
      instantiation: 'sync',
      emitTypescriptDeclarations: false,
    },
  );
  const modules = new Map(
    Object.entries(files)
      .filter(([file]) => file.endsWith('.wasm'))
      .map(([file, bytes]) => [file, new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>)]),
  );
  const folder = await mkdtemp(join(tmpdir(), 'wheeler-bench-'));
  try {
    const file = join(folder, 'guest.mjs');
    await writeFile(file, files['guest.js'] as Uint8Array);
    const { instantiate } = (await import(pathToFileURL(file).href)) as { instantiate: Instantiate };
    const startUs: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const beganMs = performance.now();
      instantiate((path) => modules.get(path) as WebAssembly.Module, IMPORTS);
      startUs.push((performance.now() - beganMs) * 1_000);
    }
    return startUs.slice(Math.floor(count * WARM_SHARE));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whatever is asked for is there, and does nothing: only starting is measured. */
const IMPORTS = new Proxy({}, { get: () => new Proxy({}, { get: () => nothing }) });

/** Also stands for the classes of resources, so it is no arrow. */
function nothing(): void {}
