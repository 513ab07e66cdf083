// The bench `async`: what a hello of WASI 0.3 costs, as CPU time of the process for one request, beside
// the same in WASI 0.2 and beside jco's path for 0.3: its generated code and its shim of wasi:http, given
// an instance per request as we give one, or one for all. Without sockets, one request after the other,
// all of them in turns.

import { readFile } from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ByteSource } from '../abi/messages.ts';
import { appOf, type TestApp } from '../test/support/apps.ts';
import { wasi03Component } from '../test/support/wasi-03.ts';
import { wasiHttpComponent } from '../test/support/wasi-http.ts';
import { type Bench, median, type Row } from './bench.ts';
import { type JcoHandler, jcoHandler } from './jco-handler.ts';

interface Contestant {
  readonly runtime: 'wheeler' | 'jco';
  readonly wasi: '0.2' | '0.3';
  readonly guest: string;
  readonly instance: 'restored' | 'new' | 'shared';
  /** Serves one request and reads the answer to its end. */
  once(): Promise<void>;
}

const ROUNDS = 9;
const WARM_ROUNDS = 2;
const WARM_MS = 300;
const COUNTED_MS = 300;

export const asyncBench: Bench = {
  name: 'async',
  about: 'a hello in WASI 0.3, against the same in 0.2 and against jco',
  async run({ quick, progress }) {
    const { contestants, close } = await contestantsOf();
    const cpuUs = new Map<Contestant, number[]>(contestants.map((one) => [one, []]));
    const rounds = quick ? 1 : ROUNDS;
    const collect = collector();
    // The first rounds warm up and are not counted: the engine takes a while to optimise what it runs.
    for (let round = quick ? 1 : 1 - WARM_ROUNDS; round <= rounds; round += 1) {
      progress(`round ${round} of ${rounds}`);
      for (const one of contestants) {
        collect();
        // What is collected takes optimised code along.
        if (!quick) await cpuUsPerRequest(one, WARM_MS);
        const used = await cpuUsPerRequest(one, quick ? 1 : COUNTED_MS);
        if (round > 0) cpuUs.get(one)?.push(used);
      }
    }
    await close();
    const rows = contestants.map((one): Row => {
      const { runtime, wasi, guest, instance } = one;
      const used = cpuUs.get(one) as number[];
      const [least, most] = [Math.min(...used), Math.max(...used)];
      return { runtime, wasi, guest, instance, cpuUs: median(used), leastUs: least, mostUs: most };
    });
    return { rows, summary: summaryOf(rows) };
  },
};

/** Whoever comes next would pay for collecting what those before left. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** One request after the other, for so long. */
async function cpuUsPerRequest({ once }: Contestant, ms: number): Promise<number> {
  const endMs = performance.now() + ms;
  const before = process.cpuUsage();
  let requests = 0;
  do {
    await once();
    requests += 1;
  } while (performance.now() < endMs);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / requests;
}

async function contestantsOf() {
  const callback = await wasi03Component('wasi-http-03', 'hello-callback');
  const apps = {
    synchronous: await appOf(await wasiHttpComponent('hello')),
    callback: await appOf(callback),
    stack: await appOf(await wasi03Component('wasi-http-03', 'hello')),
  };
  const service = await readFile(new URL('../guests/prebuilt/rust/service.wasm', import.meta.url));
  const rust = await appOf(service);
  const jco = { callback: await jcoHandler(callback), rust: await jcoHandler(service) };
  const shared = { callback: await jco.callback.instantiate(), rust: await jco.rust.instantiate() };
  const ours = { runtime: 'wheeler', instance: 'restored' } as const;
  const theirs = { runtime: 'jco', wasi: '0.3' } as const;
  const contestants: readonly Contestant[] = [
    { ...ours, wasi: '0.2', guest: 'synchronous', once: () => askOurs(apps.synchronous) },
    { ...ours, wasi: '0.3', guest: 'callback', once: () => askOurs(apps.callback) },
    { ...ours, wasi: '0.3', guest: 'stack', once: () => askOurs(apps.stack) },
    { ...ours, wasi: '0.3', guest: 'Rust', once: () => askOurs(rust) },
    ...(['callback', 'rust'] as const).flatMap((key): Contestant[] => {
      const guest = key === 'rust' ? 'Rust' : key;
      const fresh = async () => askJco(await jco[key].instantiate());
      return [
        { ...theirs, guest, instance: 'new', once: fresh },
        { ...theirs, guest, instance: 'shared', once: () => askJco(shared[key]) },
      ];
    }),
  ];
  const close = async () => {
    await Promise.all([...Object.values(apps), rust].map((app) => app.close()));
    await Promise.all(Object.values(jco).map((one) => one.close()));
  };
  return { contestants, close };
}

async function askOurs(app: TestApp): Promise<void> {
  const { response, done } = app.start();
  const { content } = await response;
  const chunks: Uint8Array[] = [];
  if (content instanceof Uint8Array) chunks.push(content);
  else if (content !== null) chunks.push(...(await allOf(content)));
  check(chunks);
  const { code } = await done;
  if (code !== 'OK') throw new Error(`A request ended with ${code}`);
}

async function allOf(source: ByteSource): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) chunks.push(chunk);
  return chunks;
}

async function askJco(handler: JcoHandler): Promise<void> {
  check([await handler.ask()]);
}

function check(chunks: readonly Uint8Array[]): void {
  const text = Buffer.concat(chunks).toString();
  if (!text.startsWith('hello ')) throw new Error(`The answer is ${JSON.stringify(text)}`);
}

function summaryOf(rows: readonly Row[]) {
  const cpuUs = (wanted: Row): number => {
    const isWanted = (row: Row) => Object.entries(wanted).every(([field, value]) => row[field] === value);
    return rows.find(isWanted)?.cpuUs as number;
  };
  const of02 = cpuUs({ runtime: 'wheeler', wasi: '0.2' });
  const callback = cpuUs({ runtime: 'wheeler', guest: 'callback' });
  const rust = cpuUs({ runtime: 'wheeler', guest: 'Rust' });
  return {
    callbackTo02: callback / of02,
    stackTo02: cpuUs({ runtime: 'wheeler', guest: 'stack' }) / of02,
    jcoNewToOurs: cpuUs({ runtime: 'jco', guest: 'callback', instance: 'new' }) / callback,
    jcoSharedToOurs: cpuUs({ runtime: 'jco', guest: 'callback', instance: 'shared' }) / callback,
    jcoNewToOursInRust: cpuUs({ runtime: 'jco', guest: 'Rust', instance: 'new' }) / rust,
    jcoSharedToOursInRust: cpuUs({ runtime: 'jco', guest: 'Rust', instance: 'shared' }) / rust,
  };
}
