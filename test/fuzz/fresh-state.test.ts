// Random guests do the same in instances that are kept and put back as in instances that are made for each
// request: answers, endings, calls of the host, and every byte, global and table element at the end.
// A few hundred in every test run, half of them new; more with
// `FRESH_GUESTS=20000 npm test -- test/fuzz/fresh-state.test.ts`.

import { expect, test } from 'vitest';
import type { Clock } from '../../abi/capabilities.ts';
import { systemClock } from '../../host/clock.ts';
import type { Artifact } from '../../toolchain/artifact.ts';
import { appOfArtifact, type TestApp } from '../support/apps.ts';
import { InstanceWatch } from '../support/instance-watch.ts';
import { guestMaker, randomGuest } from '../support/random-guest.ts';

const COUNT = Number(process.env.FRESH_GUESTS ?? 200);
const CLOCK_SEED = Date.now() % 1_000_000_000;
const LIMITS = { cpuMsMax: 25 };
/** Whoever asks for the time so often spins. */
const ASKED_MAX = 2_000;

/** Stands still until a guest spins, so that when it has its turns does not depend on the machine. */
class SpinClock {
  #asked = 0;
  readonly clock: Clock;

  constructor() {
    const ms = () => Math.max(0, this.#asked - ASKED_MAX);
    const monotonicMs = () => {
      this.#asked += 1;
      return ms();
    };
    const threadCpuNs = () => ms() * 1e6;
    this.clock = { ...systemClock(), monotonicMs, threadCpuNs, nearThreadCpuNs: threadCpuNs };
  }

  /** A request begins. */
  reset(): void {
    this.#asked = 0;
  }
}

const REQUESTS = [
  { url: 'http://localhost/' },
  { url: 'http://localhost/other?query', method: 'POST', headers: [['x-mark', 'a'.repeat(50)]] as const },
  { url: 'http://localhost/leaves', leaves: true },
  { url: 'http://localhost/' },
];

interface Seen {
  readonly line: string;
  readonly code: string;
  readonly instance: string;
}

async function ask(app: TestApp, watch: InstanceWatch, index: number): Promise<Seen> {
  const { leaves = false, ...request } = REQUESTS[index]!;
  const before = app.logged.length;
  const exchange = app.start(request);
  // The guest has run up to its first wait, or to its end.
  if (leaves) exchange.cancel('client-gone');
  const status = await exchange.response.then(
    (response) => response.status,
    (error: { code: string }) => error.code,
  );
  const { code, instance, hostCalls, waits, memoryBytes } = await exchange.done;
  const line = [status, code, hostCalls, waits, memoryBytes, ...app.logged.slice(before), ...watch.left()];
  return { line: line.join(' | '), code, instance };
}

async function answers(
  artifact: Artifact,
  init: 'once' | 'per-request',
  watch: InstanceWatch,
): Promise<[TestApp, Seen[]]> {
  const time = new SpinClock();
  const app = await appOfArtifact(artifact, {
    limits: LIMITS,
    init,
    clock: time.clock,
    onSlot: watch.watch(),
  });
  const seen: Seen[] = [];
  for (let i = 0; i < REQUESTS.length; i += 1) {
    time.reset();
    seen.push(await ask(app, watch, i));
  }
  await app.close();
  return [app, seen];
}

test.each([
  ['the usual seeds', 1],
  [`seeds from ${CLOCK_SEED}`, CLOCK_SEED],
])(
  'random guests leave nothing behind: %s',
  async (_, first) => {
    const make = await guestMaker();
    const differences: string[] = [];
    const counts = new Map<string, number>();
    const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    const watch = new InstanceWatch();
    try {
      for (let seed = first; seed < first + COUNT / 2; seed += 1) {
        const artifact = await make(randomGuest(seed));
        const [kept, keptSeen] = await answers(artifact, 'once', watch);
        const [, freshSeen] = await answers(artifact, 'per-request', watch);
        for (const [i, one] of keptSeen.entries()) {
          const other = freshSeen[i]!;
          if (one.line !== other.line)
            differences.push(`seed ${seed}, request ${i}\n  kept  ${one.line}\n  fresh ${other.line}`);
          count(one.instance);
          count(one.code);
        }
        if (kept.freshBecause !== null) count('not kept');
      }
    } finally {
      watch.stop();
    }
    expect(differences.slice(0, 5)).toEqual([]);
    if (COUNT > 1_000) console.log(Object.fromEntries(counts));
    // All endings must occur, and most guests must have been put back.
    const guests = COUNT / 2;
    expect(counts.get('restored')).toBeGreaterThan(guests * 1.5);
    for (const what of ['OK', 'GUEST_TRAPPED', 'LIMIT_CPU', 'CLIENT_GONE', 'fresh', 'not kept'])
      expect([what, counts.get(what) ?? 0]).not.toEqual([what, 0]);
  },
  3_600_000,
);
