// Lifting and lowering of every shape of type, right values only: what the host passes is what
// it gets back, in our runtime and in jco's; and what one of them has lowered into a guest's
// memory the other one lifts from there. The latter is what tells a wrong layout from a right
// one. jco does not know latin1+utf16, so there we are compared with the specification's own
// code instead, in test/golden/abi-vectors.test.ts.

import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildGuest, ENCODINGS, type Encoding } from '../../support/abi-guest.ts';
import { flatten, GUEST, HOST, MEMORY, shapeGuest } from '../../support/abi-shape-guest.ts';
import { SHAPE_GROUPS, type Shape, type ShapeGroup, TEXT_GROUP } from '../../support/abi-shapes.ts';
import { arbitraryOf } from '../../support/abi-values.ts';
import { jcoRuntime } from '../../support/jco.ts';
import { ourRuntime } from '../../support/ours.ts';
import type { Running, Runtime } from '../../support/runtime.ts';
import { show } from '../../support/show.ts';

const SEED = 20_261;
const RUNS = 40;

/** Shapes of which jco refuses, against the specification, what we have lowered. */
const JCO_REFUSES: ReadonlyMap<string, string> = new Map([
  [
    'tree',
    'An s16 that shares its flat place with an s64 is widened without its sign (`lower_flat_variant`); jco lifts -1 from there as 4294967295 and throws',
  ],
]);

/** A guest whose host answers every call with `answer` and keeps what it was called with. */
interface Rig {
  readonly guest: Running;
  received: readonly unknown[];
  answer: unknown;
}

interface Case {
  readonly group: ShapeGroup;
  readonly encoding: Encoding;
}

const CASES: readonly Case[] = [
  ...SHAPE_GROUPS.map((group): Case => ({ group, encoding: 'utf8' })),
  ...ENCODINGS.slice(1).map((encoding): Case => ({ group: TEXT_GROUP, encoding })),
];

describe.each(CASES)('$group.name in $encoding', ({ group, encoding }) => {
  let ours: Rig;
  let jco: Rig | null;

  beforeAll(async () => {
    const component = await buildGuest(shapeGuest(group), encoding);
    ours = rigOf(ourRuntime(component), group);
    jco =
      encoding === 'latin1+utf16'
        ? null
        : rigOf(await jcoRuntime(component, { fallible: fallible(group) }), group);
  });

  test.each(group.shapes)('$name arrives as it was sent', async (shape) => {
    await fc.assert(
      fc.asyncProperty(...valuesOf(shape), async (args, answer) => {
        await passThrough(ours, shape, args, answer);
        if (jco === null) return;
        if (!JCO_REFUSES.has(shape.name)) await liftWhatOtherLowered(ours, jco, shape, args, answer);
        await passThrough(jco, shape, args, answer);
        await liftWhatOtherLowered(jco, ours, shape, args, answer);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  const refused = group.shapes.filter((shape) => JCO_REFUSES.has(shape.name));
  test.runIf(refused.length > 0).each(refused)('$name is still refused by jco', async (shape) => {
    const property = fc.asyncProperty(...valuesOf(shape), async (args, answer) => {
      await passThrough(ours, shape, args, answer);
      await liftWhatOtherLowered(ours, jco!, shape, args, answer);
    });
    const { failed } = await fc.check(property, { seed: SEED, numRuns: RUNS, endOnFailure: true });
    expect(failed).toBe(true);
  });
});

function valuesOf(shape: Shape): [fc.Arbitrary<unknown[]>, fc.Arbitrary<unknown>] {
  const answer = shape.result === null ? fc.constant(undefined) : arbitraryOf(shape.result);
  return [fc.tuple(...shape.params.map(arbitraryOf)), answer];
}

test.each(ENCODINGS)('a lone surrogate of the host arrives as U+FFFD in %s', async (encoding) => {
  const rig = rigOf(ourRuntime(await buildGuest(shapeGuest(TEXT_GROUP), encoding)), TEXT_GROUP);
  rig.answer = '\udc00b\ud83d\udca9';
  const result = await rig.guest.call(GUEST, 'text', 'a\ud800');
  expect([rig.received, result]).toEqual([['a\ufffd'], '\ufffdb\ud83d\udca9']);
});

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
  expect(await rig.guest.call(MEMORY, 'posts')).toBe(hasPostReturn(shape) ? 1 : 0);
}

/** The generated guest has one for each result that lies in memory. */
function hasPostReturn({ result }: Shape): boolean {
  return result !== null && flatten(result).length > 1;
}

/** `from` has just made the call: its memory goes to `to`, which lifts what it finds there. */
async function liftWhatOtherLowered(
  from: Rig,
  to: Rig,
  shape: Shape,
  args: readonly unknown[],
  answer: unknown,
): Promise<void> {
  const memory = await from.guest.call(MEMORY, 'dump');
  await to.guest.call(MEMORY, 'reset');
  await to.guest.call(MEMORY, 'load', memory);
  if (shape.result !== null) {
    expect(show(await to.guest.call(MEMORY, `again-${shape.name}`))).toBe(show(answer));
  }
  to.received = [];
  to.answer = answer;
  await to.guest.call(MEMORY, `replay-${shape.name}`);
  expect(show(to.received)).toBe(show(args));
}
