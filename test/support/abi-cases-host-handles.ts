// Handles of a host's resource: owned and borrowed, in both directions, used rightly and wrongly.
// Cases name handles only by what a call returned, because their numbers are the runtime's
// own business. Guest: guests/behaviours/abi/host-handles.
// Spec: CanonicalABI.md `lift_own`, `lift_borrow`, `lower_own`, `lower_borrow`, "canon resource.drop".

import type { AbiCase, Call, Note } from './abi-case.ts';
import type { Host } from './runtime.ts';

export const HOST_HANDLES_CALLS = 'abi:host-handles/calls';

/** Things that the host passes to the guest in a case are of this run's class. */
interface HostThing {
  readonly n: number;
}

export function hostHandlesHost(note: Note): Host {
  class Thing implements HostThing {
    readonly n: number;

    constructor(n: number) {
      this.n = n;
    }
  }
  class Other {}
  makeThing = (n) => new Thing(n);
  const noted = (what: string, ...things: HostThing[]): number => {
    const numbers = things.map((thing) => thing.n);
    note(`${what} ${numbers.join(' ')}`);
    return numbers.reduce((sum, n) => sum + n, 0);
  };
  return {
    'abi:host-handles/host': {
      functions: {
        '[constructor]thing': (n: number) => new Thing(n),
        '[static]thing.make': (n: number) => new Thing(n + 100),
        '[method]thing.get': (self: Thing) => noted('get', self),
        '[method]thing.plus': (self: Thing, other: Thing) => noted('plus', self, other),
        '[constructor]other': () => new Other(),
        take: (x: Thing) => noted('take', x),
        lend: (x: Thing) => noted('lend', x),
        'take-two': (a: Thing, b: Thing) => noted('take-two', a, b),
        'lend-and-take': (a: Thing, b: Thing) => noted('lend-and-take', a, b),
        'take-all': (xs: Thing[]) => noted('take-all', ...xs),
        'lend-all': (xs: Thing[]) => noted('lend-all', ...xs),
        'make-two': (a: number, b: number) => [new Thing(a), b === 0 ? undefined : new Thing(b)],
      },
      resources: {
        thing: { class: Thing, drop: (thing: Thing) => note(`dropped ${thing.n}`) },
        other: { class: Other, drop: () => note('dropped other') },
      },
    },
  };
}

/** Set by each run's host: runs follow one another. */
let makeThing: (n: number) => HostThing;

type Handle = number;
const make = (call: Call, n: number) => call('construct', n) as Promise<Handle>;
const value = (expected: unknown): AbiCase['ends'] => ({ with: expected });

export const HOST_HANDLE_CASES: readonly AbiCase[] = [
  {
    name: 'a thing is made, used, dropped',
    ends: value([5, 105]),
    run: async (call) => {
      const [a, b] = [await make(call, 5), (await call('make', 5)) as Handle];
      const seen = [await call('get', a), await call('get', b)];
      await call('drop', a);
      await call('drop', b);
      return seen;
    },
  },
  {
    name: "a dropped handle's number is used again",
    ends: value([true, 2]),
    run: async (call) => {
      const first = await make(call, 1);
      await call('drop', first);
      const second = await make(call, 2);
      return [first === second, await call('get', second)];
    },
  },
  {
    name: "handles of two types do not get in each other's way",
    ends: value(3),
    run: async (call) => {
      const other = (await call('construct-other')) as Handle;
      const thing = await make(call, 3);
      await call('drop-other', other);
      return call('get', thing);
    },
  },
  {
    name: 'things go to the host and stay there',
    ends: value(7),
    run: async (call) => call('take', await make(call, 7)),
  },
  {
    name: 'things go and come in lists, tuples and options',
    ends: value([3, 3, [true, 1], [true, 0]]),
    run: async (call) => {
      const sums = [
        await call('take-all', await make(call, 1), await make(call, 2)),
        await call('lend-all', await make(call, 1), await make(call, 2)),
      ];
      const both = (await call('make-two', 1, 2)) as number[];
      const one = (await call('make-two', 1, 0)) as number[];
      return [...sums, [both[0] !== both[2], both[1]], [one[0] !== 0, one[1]]];
    },
  },
  {
    name: "a thing lent to the host is still the guest's",
    ends: value([4, 8, 4]),
    run: async (call) => {
      const thing = await make(call, 4);
      return [await call('lend', thing), await call('plus', thing, thing), await call('take', thing)];
    },
  },
  {
    name: 'a thing comes from the host and goes back',
    ends: value([true, 9]),
    run: async (call) => {
      const thing = makeThing(9);
      const back = (await call('give', await call('accept', thing))) as HostThing;
      return [back === thing, back.n];
    },
  },
  {
    name: 'two things come in a list and go back in a tuple',
    ends: value([1, 2]),
    run: async (call) => {
      const [a, b] = (await call('accept-two', [makeThing(1), makeThing(2)])) as Handle[];
      const back = (await call('give-two', a, b)) as HostThing[];
      return back.map((thing) => thing.n);
    },
  },
  ...wrongNumber('get', 'drop', 'take', 'lend', 'give'),
  twice('drop', 'drop'),
  twice('take', 'take'),
  twice('give', 'give'),
  twice('drop', 'get'),
  twice('drop', 'lend'),
  twice('drop', 'take'),
  twice('take', 'drop'),
  twice('take', 'get'),
  twice('give', 'lend'),
  otherWhere('get'),
  otherWhere('drop'),
  otherWhere('take'),
  otherWhere('lend'),
  otherWhere('give'),
  withOne('the same thing is given twice in one call', 'trap', (call, a) => call('take-two', a, a)),
  withOne('the same thing is given twice in one list', 'trap', (call, a) => call('take-all', a, a)),
  withOne('the same thing is returned twice', 'trap', (call, a) => call('give-two', a, a)),
  withOne('the same thing is lent and given in one call', 'trap', (call, a) => call('lend-and-take', a, a)),
  withOne('the same thing is lent twice in one call', value(12), (call, a) => call('lend-all', a, a)),
  withOne('a thing is lent and another one given', value(8), async (call, a) =>
    call('lend-and-take', a, await make(call, 2)),
  ),
  ...borrows(),
];

function wrongNumber(...names: readonly string[]): AbiCase[] {
  return names.flatMap((name) =>
    [0, 7, 0x3fff_ffff, 0xffff_ffff].map((handle) => ({
      name: `${name} of handle ${handle}, which is none`,
      ends: 'trap',
      calls: [],
      run: (call) => call(name, handle),
    })),
  );
}

function withOne(
  name: string,
  ends: AbiCase['ends'],
  run: (call: Call, handle: Handle) => Promise<unknown>,
): AbiCase {
  const refused = ends === 'trap' ? { calls: [] } : {};
  return { name, ends, ...refused, run: async (call) => run(call, await make(call, 6)) };
}

function twice(first: 'drop' | 'take' | 'give', second: string): AbiCase {
  const one = withOne(`${second} after ${first}`, 'trap', async (call, handle) => {
    await call(first, handle);
    return call(second, handle);
  });
  return { ...one, calls: { drop: ['dropped 6'], take: ['take 6'], give: [] }[first] };
}

/** The number of an `other` where a thing is wanted; there is no thing. */
function otherWhere(name: string): AbiCase {
  return {
    name: `${name} of a handle of another type`,
    ends: 'trap',
    calls: [],
    run: async (call) => call(name, await call('construct-other')),
  };
}

function borrows(): AbiCase[] {
  const ways: Record<string, { ends: AbiCase['ends']; calls: string[] }> = {
    drop: { ends: value([3, 3]), calls: ['get 3'] },
    keep: { ends: 'trap', calls: ['get 3'] },
    'drop-twice': { ends: 'trap', calls: ['get 3'] },
    'give-away': { ends: 'trap', calls: ['get 3'] },
    'lend-then-drop': { ends: value([3, 3]), calls: ['get 3', 'lend 3'] },
    'drop-then-lend': { ends: 'trap', calls: ['get 3'] },
    'drop-as-other': { ends: 'trap', calls: ['get 3'] },
  };
  const cases = Object.entries(ways).map(([way, expected]) => ({
    name: `a borrowed thing: ${way}`,
    ...expected,
    run: async (call: Call) => {
      const thing = makeThing(3);
      return [await call('hold', thing, way), thing.n];
    },
  }));
  return [
    ...cases,
    {
      name: 'of two borrowed things one is kept',
      ends: 'trap',
      run: (call) => call('hold-two', makeThing(1), makeThing(2)),
    },
    {
      name: 'a borrowed thing is returned as owned',
      ends: 'trap',
      run: (call) => call('hold-and-give', makeThing(1)),
    },
    {
      name: 'a thing can be borrowed again in the next call',
      ends: value([1, 1]),
      run: async (call) => {
        const thing = makeThing(1);
        return [await call('hold', thing, 'drop'), await call('hold', thing, 'lend-then-drop')];
      },
    },
  ];
}
