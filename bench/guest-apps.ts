// Guests of the meter's benches, in this process: no sockets, so that only guests and the host's
// own work for them are measured. And the clock that their receipts are compared with, which is
// not the one that the meter reads.

import type { Clock } from '../abi/capabilities.ts';
import { bookkeepingCpuClock } from '../host/cpu-clock.ts';
import type { Outcome } from '../host/exchange.ts';
import { appOf, type TestApp } from '../test/support/apps.ts';
import { componentOf, hostileComponent } from '../test/support/hostile.ts';
import { median } from './bench.ts';

const RESPOND = `(call $respond (i32.const 200) (i32.const 0) (i32.const 0)
  (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 64))`;

/** Far more than any guest here needs. */
const ENOUGH_MS = 100_000;

export interface Work {
  /** So often a loop is run through, all in all. */
  readonly rounds: number;
  /** In so many parts, with a wait of `waitMs` after each. */
  readonly parts?: number;
  readonly waitMs?: number;
  /** In the start function, where the engine cannot suspend a guest, instead of the handler. */
  readonly atStart?: boolean;
}

export async function workApp({ rounds, parts = 1, waitMs = 0, atStart = false }: Work): Promise<TestApp> {
  const wait = waitMs === 0 ? '' : `(call $sleep (i32.const ${waitMs}))`;
  const part = `(local.set $i (i32.const ${Math.ceil(rounds / parts)}))
    (loop $again
      (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 1664525)) (i32.const 1013904223)))
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (global.set $sum (local.get $x))
    ${wait}`;
  const all = '(call $work)'.repeat(parts);
  return appOf(
    await componentOf(`(global $sum (mut i32) (i32.const 1))
      (func $work (local $i i32) (local $x i32) ${part})
      ${atStart ? `(func $init ${all}) (start $init)` : ''}
      (func $handle (param $request i32) ${atStart ? '' : all} ${RESPOND})`),
    { limits: { cpuMsMax: ENOUGH_MS }, init: atStart ? 'per-request' : 'once' },
  );
}

/** How many rounds of `workApp` this machine does in a millisecond of CPU time. */
export async function roundsPerMs(): Promise<number> {
  const rounds = 10_000_000;
  const app = await workApp({ rounds });
  const ms: number[] = [];
  for (let i = 0; i < 9; i += 1) ms.push((await measured(() => outcomeOf(app))).cpuMs);
  return rounds / median(ms);
}

export async function hostileApp(name: string, cpuMsMax: number, clock: Clock): Promise<TestApp> {
  return appOf(await hostileComponent(name), { limits: { cpuMsMax }, clock });
}

/** Runs a request to its end without reading its response. */
export async function outcomeOf(app: TestApp): Promise<Outcome> {
  const exchange = app.start();
  exchange.response.catch(() => {});
  return exchange.done;
}

/**
 * What `work` gives, and the CPU time that this thread used meanwhile, by the process's books
 * instead of the meter's clock, all work of the host and of the event loop included.
 */
export async function measured<T>(work: () => Promise<T>): Promise<{ result: T; cpuMs: number }> {
  const beganNs = bookkeepingCpuClock();
  const result = await work();
  return { result, cpuMs: (bookkeepingCpuClock() - beganNs) / 1e6 };
}
