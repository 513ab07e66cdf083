// Values of every shape from one component to another: one guest stands in front of the other, so that each
// call is lifted from one memory and lowered into another twice on its way to the host, and twice on its
// way back, also from one string encoding to the other. And resources of one that the other one uses.
// The same in jco.

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { endOf, type Note, runCase } from '../../support/abi-case.ts';
import { HOST_HANDLE_CASES, HOST_HANDLES_CALLS } from '../../support/abi-cases-host-handles.ts';
import { buildGuest, type Encoding, readGuest } from '../../support/abi-guest.ts';
import { GUEST, HOST, MEMORY, shapeGuest } from '../../support/abi-shape-guest.ts';
import { SHAPE_GROUPS, type Shape, type ShapeGroup, TEXT_GROUP } from '../../support/abi-shapes.ts';
import { arbitraryOf } from '../../support/abi-values.ts';
import { composed } from '../../support/compose.ts';
import { jcoRuntime } from '../../support/jco.ts';
import { ourRuntime } from '../../support/ours.ts';
import type { Host, Running, Runtime } from '../../support/runtime.ts';
import { show } from '../../support/show.ts';

const SEED = 20_262;
const RUNS = 20;

interface Rig {
  readonly guest: Running;
  received: readonly unknown[];
  answer: unknown;
}

const PAIRS: readonly (readonly [Encoding, Encoding])[] = [
  ['utf8', 'utf16'],
  ['utf16', 'utf8'],
  ['utf16', 'utf16'],
  ['utf8', 'latin1+utf16'],
  ['latin1+utf16', 'utf16'],
];

/** Its generator panics at latin1+utf16, and where both sides have utf16. */
function jcoKnows(outer: Encoding, inner: Encoding): boolean {
  return ![outer, inner].includes('latin1+utf16') && (outer !== 'utf16' || inner !== 'utf16');
}

/** Calls between components of which jco's own bookkeeping throws. */
const JCO_FAILS: ReadonlySet<string> = new Set(['tree']);

const CASES = [
  ...SHAPE_GROUPS.map((group) => ({ group, outer: 'utf8', inner: 'utf8' }) as const),
  ...PAIRS.map(([outer, inner]) => ({ group: TEXT_GROUP, outer, inner })),
];

describe.each(CASES)('$group.name from $outer to $inner', ({ group, outer, inner }) => {
  let runtimes: readonly Runtime[];

  beforeAll(async () => {
    const whole = composed({
      outer: await buildGuest(shapeGuest(group), outer),
      inner: await buildGuest(shapeGuest(group), inner),
      links: { [HOST]: GUEST },
    });
    runtimes = [
      ourRuntime(whole),
      ourRuntime(whole, true),
      ...(jcoKnows(outer, inner) ? [await jcoRuntime(whole, { fallible: fallible(group) })] : []),
    ];
  });

  test.each(group.shapes)('$name arrives as it was sent', async (shape) => {
    const answer = shape.result === null ? fc.constant(undefined) : arbitraryOf(shape.result);
    const known = runtimes.filter(({ name }) => name === 'ours' || !JCO_FAILS.has(shape.name));
    const rigs = known.map((runtime) => rigOf(runtime, group));
    await fc.assert(
      fc.asyncProperty(fc.tuple(...shape.params.map(arbitraryOf)), answer, async (args, value) => {
        for (const rig of rigs) await passThrough(rig, shape, args, value);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });
});

describe('resources of one component that another one uses', () => {
  const HOST_HANDLES = 'abi:host-handles/host';
  let ours: Runtime;
  let waiting: Runtime;
  let jco: Runtime;

  beforeAll(async () => {
    const whole = composed({
      outer: await buildGuest(await readGuest('host-handles')),
      inner: await buildGuest(await readGuest('things')),
      reexported: [HOST_HANDLES],
    });
    ours = ourRuntime(whole);
    waiting = ourRuntime(whole, true);
    jco = await jcoRuntime(whole);
  });

  const hostOf = (note: Note): Host => ({
    'abi:host-handles/notes': {
      functions: {
        note: (what: string, numbers: ArrayLike<number>) =>
          note([what, ...(numbers.length === 0 ? [] : [Array.from(numbers).join(' ')])].join(' ')),
      },
    },
  });

  // The others get things that the host has made.
  const cases = HOST_HANDLE_CASES.filter(({ run }) => !/makeThing/.test(String(run)));

  test.each(cases)('$name', async (one) => {
    const own = await runCase(ours, HOST_HANDLES_CALLS, hostOf, one);
    expect(own.end).toBe(endOf(one));
    if (one.calls !== undefined) expect(own.calls).toEqual(one.calls);
    expect(await runCase(waiting, HOST_HANDLES_CALLS, hostOf, one)).toEqual(own);
    const other = await runCase(jco, HOST_HANDLES_CALLS, hostOf, one);
    if (JCO_UNCHECKED.test(one.name)) expect(other, 'jco now agrees with us').not.toEqual(own);
    else expect(other).toEqual(own);
  });

  test.each([
    ['drop', [3, 3], ['get 3', 'get 3']],
    ['lend-then-drop', [3, 3], ['get 3', 'lend 3', 'get 3']],
    ['keep', 'trap', ['get 3']],
    ['drop-twice', 'trap', ['get 3']],
    ['give-away', 'trap', ['get 3']],
    ['drop-then-lend', 'trap', ['get 3']],
    ['drop-as-other', 'trap', ['get 3']],
  ])('a thing borrowed by who does not implement it: %s', async (way, ends, calls) => {
    for (const runtime of [ours, waiting]) {
      const noted: string[] = [];
      const running = runtime.instantiate(hostOf((line) => noted.push(line)));
      const thing = await running.call(HOST_HANDLES, '[constructor]thing', 3);
      const use = async () => [
        await running.call(HOST_HANDLES_CALLS, 'hold', thing, way),
        await running.call(HOST_HANDLES, '[method]thing.get', thing),
      ];
      if (ends === 'trap') await expect(use()).rejects.toThrow();
      else expect(await use()).toEqual(ends);
      expect(noted).toEqual(calls);
    }
  });
});

/** jco lets go of and returns handles that are none, or are gone. */
const JCO_UNCHECKED =
  /^drop of handle [^0]|^drop of a handle|^give (of|after)|^lend after give|returned twice$/;

function rigOf(runtime: Runtime, group: ShapeGroup): Rig {
  const serve = (...args: unknown[]) => {
    rig.received = args;
    return rig.answer;
  };
  const functions = Object.fromEntries(group.shapes.map((shape) => [shape.name, serve]));
  const rig: Rig = { guest: runtime.instantiate({ [HOST]: { functions } }), received: [], answer: undefined };
  return rig;
}

function fallible(group: ShapeGroup): Set<string> {
  const names = group.shapes.filter((shape) => shape.result?.kind === 'result').map((shape) => shape.name);
  return new Set(names.flatMap((name) => [`${HOST}#${name}`, `${GUEST}#${name}`, `${MEMORY}#again-${name}`]));
}

async function passThrough(rig: Rig, shape: Shape, args: readonly unknown[], answer: unknown): Promise<void> {
  await rig.guest.call(MEMORY, 'reset');
  rig.answer = answer;
  const result = await rig.guest.call(GUEST, shape.name, ...args);
  expect(show(rig.received)).toBe(show(args));
  expect(show(result)).toBe(show(answer));
}
