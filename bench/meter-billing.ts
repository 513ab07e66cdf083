// The bench `meter-billing`: is each guest billed for its own work and no more? `cpuMs` is what
// each case says it is compared with: the same work alone, or what the thread has used by the
// process's own books. The work is a chain of multiplications, each of which needs the one before, so
// that it takes the same time wherever and whenever it runs: an empty loop was 10 % slower in some
// instances than in others, at the same addresses, and reading memory depends on whose data the caches
// hold. While guests wait, the thread is kept awake: a processor that has slept is slow for a while. And
// where peers are slow, the caches are emptied at each chunk in both forms: in a pause others empty them,
// and what the host does for the guest after it costs 0.06 to 0.09 ms more.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ByteSource, Content } from '../abi/messages.ts';
import type { Outcome } from '../host/exchange.ts';
import { prebuiltApp, type TestApp } from '../test/support/apps.ts';
import { type Bench, median, type Row } from './bench.ts';
import { measured, outcomeOf, roundsPerMs, workApp } from './guest-apps.ts';

type Progress = (text: string) => void;

interface Size {
  readonly guests: number;
  /** So often they all run, with as many runs of the same work alone before and after each time as `aloneRuns`. */
  readonly rounds: number;
  readonly aloneRuns: number;
  readonly workMs: number;
  readonly trials: number;
  readonly waitMs: number;
  readonly chunks: number;
  readonly pauseMs: number;
}

const FULL: Size = {
  guests: 100,
  rounds: 7,
  aloneRuns: 8,
  workMs: 24,
  trials: 15,
  waitMs: 500,
  chunks: 16,
  pauseMs: 25,
};
const QUICK: Size = {
  guests: 5,
  rounds: 1,
  aloneRuns: 2,
  workMs: 2,
  trials: 3,
  waitMs: 50,
  chunks: 4,
  pauseMs: 5,
};

/** Small beside the work for it: what a byte costs depends on whose data the caches hold. */
const CHUNK_BYTES = 4 * 1024;
const WORK_MS_PER_CHUNK = 1;
/** Larger than the caches that one processor has for itself. */
const EVICTING = new Uint8Array(32 * 1024 * 1024);
const LINE_BYTES = 64;
const PARTS = 8;
const WARM_UP_RUNS = 20;

export const meterBillingBench: Bench = {
  name: 'meter-billing',
  about: 'What guests are billed among others, with waits and slow peers, against the same work alone',
  async run({ quick, progress }) {
    const size = quick ? QUICK : FULL;
    const perMs = await roundsPerMs();
    const turns = await takingTurns(perMs, size, progress);
    const awake = keepAwake();
    const bills = [
      ...turns.bills,
      await waiting(perMs, size, progress),
      ...(await slowPeers(perMs, size, progress)),
    ];
    awake.stop();
    return {
      rows: [...bills, ...turns.books],
      summary: { worstErrorPercent: Math.max(...bills.map((row) => Number(row.errorPercent))) },
    };
  },
};

async function takingTurns(perMs: number, size: Size, progress: Progress) {
  const { guests, rounds, aloneRuns, workMs, trials } = size;
  const app = await workApp({ rounds: workMs * perMs, parts: PARTS, waitMs: 1 });
  // The optimising compiler works on another thread; until it has, every run is slower than the next.
  for (let i = 0; i < WARM_UP_RUNS; i += 1) await outcomeOf(app);
  const single = await measured(() => billsOf(app, trials));
  const alone: number[] = [];
  const runAlone = async () => {
    const awake = keepAwake();
    alone.push(...(await billsOf(app, aloneRuns)));
    awake.stop();
  };
  // In turns with the others: the processor's speed is not the same all the time.
  const bills: number[][] = Array.from({ length: guests }, () => []);
  let cpuMs = 0;
  await runAlone();
  for (let round = 0; round < rounds; round += 1) {
    progress(`${guests} guests, round ${round + 1} of ${rounds}`);
    const together = await measured(() => Promise.all(bills.map(async () => (await outcomeOf(app)).cpuMs)));
    for (const [guest, billedMs] of together.result.entries()) bills[guest]?.push(billedMs);
    cpuMs += together.cpuMs;
    await runAlone();
  }
  const expectedMs = median(alone);
  const furthest = (all: readonly number[]) =>
    all.reduce((worst, ms) => (Math.abs(ms - expectedMs) > Math.abs(worst - expectedMs) ? ms : worst));
  const receipts = bills.map(median);
  return {
    bills: [
      row(`of ${guests} that take turns, the median`, median(receipts), expectedMs),
      row(`of ${guests} that take turns, the furthest off`, furthest(receipts), expectedMs),
    ],
    // What is missing is the event loop's, and the host's before and after.
    books: [
      row(`all ${guests} that take turns, by the books`, sum(bills.flat()), cpuMs),
      row('one after the other, by the books', sum(single.result), single.cpuMs),
      row('of all single runs that took turns, the furthest off', furthest(bills.flat()), expectedMs),
      row('of the runs alone, the furthest off', furthest(alone), expectedMs),
    ],
  };
}

async function billsOf(app: TestApp, count: number): Promise<number[]> {
  const bills: number[] = [];
  for (let i = 0; i < count; i += 1) bills.push((await outcomeOf(app)).cpuMs);
  return bills;
}

async function waiting(perMs: number, { trials, waitMs }: Size, progress: Progress): Promise<Row> {
  progress('work and a long wait');
  const rounds = 5 * perMs;
  const [works, waits] = [await workApp({ rounds }), await workApp({ rounds, waitMs })];
  const [alone, billed] = await inTurns(
    trials,
    () => outcomeOf(works),
    () => outcomeOf(waits),
  );
  return row(`5 ms of work and a wait of ${waitMs} ms`, billed, alone);
}

/** A guest that computes for each byte that it passes on, with peers that take their time and with quick ones. */
async function slowPeers(perMs: number, size: Size, progress: Progress): Promise<Row[]> {
  const origin = await startOrigin(size);
  const app = await prebuiltApp('assemblyscript/touch', { grants: [{ origin: origin.url, private: true }] });
  try {
    const compare = async (name: string, run: (pauseMs: number) => Promise<Outcome>) => {
      progress(name);
      const [quick, slow] = await inTurns(
        size.trials,
        () => run(0),
        () => run(size.pauseMs),
      );
      return row(name, slow, quick);
    };
    const url = `http://localhost/?rounds=${Math.round((WORK_MS_PER_CHUNK * perMs) / CHUNK_BYTES)}`;
    const upload = (pauseMs: number) => ({ method: 'POST', url, body: chunksOf(size.chunks, pauseMs) });
    const from = (pauseMs: number) => `${url}&from=${encodeURIComponent(`${origin.url}/${pauseMs}`)}`;
    return [
      await compare('a slow upload', (pauseMs) => through(app, upload(pauseMs), 0)),
      await compare('a slow client', (pauseMs) => through(app, upload(0), pauseMs)),
      await compare('a slow origin', (pauseMs) => through(app, { url: from(pauseMs) }, 0)),
    ];
  } finally {
    await app.close();
    origin.server.close();
  }
}

/** Medians of what each of two is billed. */
async function inTurns(trials: number, one: () => Promise<Outcome>, other: () => Promise<Outcome>) {
  const billed: [number[], number[]] = [[], []];
  const run = async (index: 0 | 1, work: () => Promise<Outcome>) => {
    const { code, cpuMs, detail } = await work();
    if (code !== 'OK') throw new Error(`A guest ended with ${code}: ${detail}`);
    billed[index].push(cpuMs);
  };
  for (let i = 0; i < WARM_UP_RUNS; i += 1) await one();
  for (let i = 0; i < trials; i += 1) {
    await run(0, one);
    await run(1, other);
  }
  return [median(billed[0]), median(billed[1])] as const;
}

/** Turns the event loop until it is stopped. */
function keepAwake(): { stop(): void } {
  let over = false;
  const turn = () => {
    if (!over) setImmediate(turn);
  };
  turn();
  return {
    stop: () => {
      over = true;
    },
  };
}

function row(what: string, billedMs: number, cpuMs: number): Row {
  const errorMs = Math.abs(billedMs - cpuMs);
  return { case: what, billedMs, cpuMs, errorMs, errorPercent: (errorMs / cpuMs) * 100 };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

type Request = Parameters<TestApp['start']>[0];

async function through(app: TestApp, request: Request, pauseMs: number): Promise<Outcome> {
  const exchange = app.start(request);
  await readSlowly((await exchange.response).content, pauseMs);
  return exchange.done;
}

async function readSlowly(content: Content, pauseMs: number): Promise<void> {
  if (content === null || content instanceof Uint8Array) return;
  for (let chunk = await content.next(); chunk !== null; chunk = await content.next()) {
    await rest(pauseMs);
  }
}

/** A turn of the event loop at least, so that nothing here happens in a guest's slice. */
async function rest(pauseMs: number): Promise<void> {
  await (pauseMs > 0 ? sleep(pauseMs) : new Promise(setImmediate));
  for (let at = 0; at < EVICTING.length; at += LINE_BYTES) EVICTING[at] = (EVICTING[at] as number) + 1;
}

function chunksOf(count: number, pauseMs: number): ByteSource {
  let left = count;
  return {
    async next() {
      await rest(pauseMs);
      left -= 1;
      return left >= 0 ? new Uint8Array(CHUNK_BYTES).fill(0x61) : null;
    },
    cancel: () => {},
    trailers: () => [],
  };
}

/** Answers `/PAUSE_MS` with chunks that are so far apart. */
async function startOrigin({ chunks }: Size): Promise<{ server: Server; url: string }> {
  const server = createServer(async ({ url = '/0' }, response) => {
    const source = chunksOf(chunks, Number(url.slice(1)));
    for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) response.write(chunk);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
