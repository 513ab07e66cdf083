// The bench `fairness`: how long small requests take beside large ones on the same thread, and how
// evenly large ones share it. The baseline are the same large requests where they cannot be
// preempted: in a start function, which the engine does not suspend. Small requests come when
// they come, whether or not those before them are done, and count from when they were due.

import { type Bench, percentile, type Row } from './bench.ts';
import { outcomeOf, roundsPerMs, workApp } from './guest-apps.ts';

const SMALL_MS = 0.1;
const LARGE_MS = 40;
const GAP_MS_MEAN = 4;
const EQUALS = 8;

export const fairnessBench: Bench = {
  name: 'fairness',
  about: 'Small requests beside 40 ms ones on one thread, against the same without preemption',
  async run({ quick, progress }) {
    const perMs = await roundsPerMs();
    const rows: Row[] = [];
    for (const preempt of [false, true]) {
      progress(preempt ? 'with preemption' : 'without');
      rows.push(await measureLatency(preempt, perMs, quick ? 40 : 3_000));
    }
    progress(`${EQUALS} at once`);
    const shares = await equalShares(perMs, quick ? 100 : 2_000);
    const mean = shares.reduce((sum, ms) => sum + ms, 0) / shares.length;
    const [without, preempted] = rows;
    return {
      rows,
      summary: {
        p99Ratio: Number(preempted?.p99Ms) / Number(without?.p99Ms),
        equals: EQUALS,
        leastSharePercent: (Math.min(...shares) / mean) * 100,
        mostSharePercent: (Math.max(...shares) / mean) * 100,
      },
    };
  },
};

async function measureLatency(preempt: boolean, perMs: number, requests: number): Promise<Row> {
  const small = await workApp({ rounds: SMALL_MS * perMs });
  const large = await workApp({ rounds: LARGE_MS * perMs, atStart: !preempt });
  await outcomeOf(small);
  await outcomeOf(large);
  let over = false;
  const largeMs: number[] = [];
  const busy = (async () => {
    while (!over) {
      const began = performance.now();
      await outcomeOf(large);
      largeMs.push(performance.now() - began);
      // The next one has to come in first.
      await new Promise(setImmediate);
    }
  })();
  const took = await arrivals(requests, () => outcomeOf(small));
  over = true;
  await busy;
  return {
    preempt,
    requests,
    p50Ms: percentile(took, 0.5),
    p99Ms: percentile(took, 0.99),
    maxMs: Math.max(...took),
    largeP50Ms: percentile(largeMs, 0.5),
  };
}

/** How long each of `count` requests at random times took, in ms. */
async function arrivals(count: number, request: () => Promise<unknown>): Promise<number[]> {
  let due = performance.now() + GAP_MS_MEAN;
  const all = Array.from({ length: count }, () => {
    const from = due;
    due -= Math.log(1 - Math.random()) * GAP_MS_MEAN;
    return new Promise<number>((resolve, reject) => {
      // Timers ring on whole milliseconds, and may be a little early.
      setTimeout(
        () => {
          const began = Math.min(from, performance.now());
          request().then(() => resolve(performance.now() - began), reject);
        },
        Math.max(0, from - performance.now()),
      );
    });
  });
  return Promise.all(all);
}

/** CPU ms of each of equal guests that were given so much time together. */
async function equalShares(perMs: number, forMs: number): Promise<number[]> {
  const app = await workApp({ rounds: (forMs / EQUALS) * perMs });
  const exchanges = Array.from({ length: EQUALS }, () => app.start());
  await new Promise((resolve) => setTimeout(resolve, forMs / 2)); // so that none is done
  const shares = exchanges.map(({ cpuMs }) => cpuMs);
  for (const exchange of exchanges) {
    exchange.response.catch(() => {});
    exchange.cancel('shutdown');
  }
  await Promise.all(exchanges.map(({ done }) => done));
  return shares;
}
