// The bench `meter-billing`: is each guest billed for its own work and no more? `cpuMs` is what
// each case says it is compared with: the same work alone, or what the thread has used by the
// process's own books.

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
  readonly workMs: number;
  readonly trials: number;
  readonly waitMs: number;
  readonly chunks: number;
  readonly pauseMs: number;
}

const FULL: Size = { guests: 100, workMs: 22, trials: 15, waitMs: 500, chunks: 16, pauseMs: 25 };
const QUICK: Size = { guests: 5, workMs: 2, trials: 3, waitMs: 50, chunks: 4, pauseMs: 5 };

const CHUNK_BYTES = 256 * 1024;
const PARTS = 8;
const WARM_UP_RUNS = 20;

export const meterBillingBench: Bench = {
  name: 'meter-billing',
  about: 'What guests are billed among others, with waits and slow peers, against the same work alone',
  async run({ quick, progress }) {
    const size = quick ? QUICK : FULL;
    const perMs = await roundsPerMs();
    const rows = [
      ...(await takingTurns(perMs, size, progress)),
      await waiting(perMs, size, progress),
      ...(await slowPeers(size, progress)),
    ];
    return { rows, summary: { worstErrorPercent: Math.max(...rows.map((row) => Number(row.errorPercent))) } };
  },
};

async function takingTurns(perMs: number, { guests, workMs, trials }: Size, progress: Progress) {
  progress(`${guests} guests`);
  const app = await workApp({ rounds: workMs * perMs, parts: PARTS, waitMs: 1 });
  // The optimising compiler works on another thread; until it has, every run is slower than the next.
  for (let i = 0; i < WARM_UP_RUNS; i += 1) await outcomeOf(app);
  const alone: { billedMs: number; cpuMs: number }[] = [];
  const runAlone = async () => {
    for (let i = 0; i < trials; i += 1) {
      const { result, cpuMs } = await measured(() => outcomeOf(app));
      alone.push({ billedMs: result.cpuMs, cpuMs });
    }
  };
  // Before and after: the processor's speed is not the same all the time.
  await runAlone();
  const together = await measured(() =>
    Promise.all(Array.from({ length: guests }, async () => (await outcomeOf(app)).cpuMs)),
  );
  await runAlone();
  const expectedMs = median(alone.map(({ billedMs }) => billedMs));
  const sumMs = together.result.reduce((sum, ms) => sum + ms, 0);
  const furthestMs = together.result.reduce((worst, ms) =>
    Math.abs(ms - expectedMs) > Math.abs(worst - expectedMs) ? ms : worst,
  );
  return [
    row('one guest alone, by the books', expectedMs, median(alone.map(({ cpuMs }) => cpuMs))),
    row(`of ${guests} that take turns, the median`, median(together.result), expectedMs),
    row(`of ${guests} that take turns, the furthest off`, furthestMs, expectedMs),
    // What is missing is the event loop's.
    row(`all ${guests} that take turns, by the books`, sumMs, together.cpuMs),
  ];
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

/** A guest that reads and writes every byte, with peers that take their time and with quick ones. */
async function slowPeers(size: Size, progress: Progress): Promise<Row[]> {
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
    const upload = (pauseMs: number) => ({ method: 'POST', body: chunksOf(size.chunks, pauseMs) });
    const from = (pauseMs: number) =>
      `http://localhost/?from=${encodeURIComponent(`${origin.url}/${pauseMs}`)}`;
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

function row(what: string, billedMs: number, cpuMs: number): Row {
  return { case: what, billedMs, cpuMs, errorPercent: (Math.abs(billedMs - cpuMs) / cpuMs) * 100 };
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
    if (pauseMs > 0) await sleep(pauseMs);
  }
}

function chunksOf(count: number, pauseMs: number): ByteSource {
  let left = count;
  return {
    async next() {
      if (pauseMs > 0) await sleep(pauseMs);
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
