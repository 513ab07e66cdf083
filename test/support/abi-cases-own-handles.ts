// A resource that the guest defines: its constructor, methods and destructor, and handles used
// rightly and wrongly. Guest: guests/behaviours/abi/own-handles.
// Spec: CanonicalABI.md "canon resource.new", "canon resource.drop", "canon resource.rep", `lower_borrow`.

import type { AbiCase, Call, Note } from './abi-case.ts';
import type { Host } from './runtime.ts';

export const OWN_HANDLES_CALLS = 'abi:own-handles/calls';

export function ownHandlesHost(note: Note): Host {
  return { 'abi:own-handles/host': { functions: { dropped: (n: number) => note(`dropped ${n}`) } } };
}

const value = (expected: unknown): AbiCase['ends'] => ({ with: expected });
const make = (call: Call, n: number) => call('[constructor]thing', n);
const rawNew = (call: Call, n: number) => call('raw-new', n) as Promise<number>;

export const OWN_HANDLE_CASES: readonly AbiCase[] = [
  {
    name: 'constructor, static function and methods',
    ends: value([3, 4, 7]),
    run: async (call) => {
      const [a, b] = [await make(call, 3), await call('[static]thing.make', 4)];
      return [
        await call('[method]thing.get', a),
        await call('[method]thing.get', b),
        await call('[method]thing.plus', a, b),
      ];
    },
  },
  {
    name: 'a representation may be any i32',
    ends: value([0, 0xffff_ffff]),
    run: async (call) => [
      await call('hold', await make(call, 0)),
      await call('hold', await make(call, 0xffff_ffff)),
    ],
  },
  {
    name: 'a thing goes to the host and comes back',
    ends: value([5, 5]),
    run: async (call) => {
      const thing = await call('give', await rawNew(call, 5));
      return [await call('hold', thing), await call('raw-rep', await call('accept', thing))];
    },
  },
  {
    name: 'two things go in a tuple and come back in a list',
    ends: value([
      [1, 2],
      [1, 2],
    ]),
    run: async (call) => {
      const things = await call('give-two', await rawNew(call, 1), await rawNew(call, 2));
      const held = await call('hold-two', things);
      const [a, b] = (await call('accept-two', things)) as number[];
      return [held, [await call('raw-rep', a), await call('raw-rep', b)]];
    },
  },
  {
    name: 'dropping runs the destructor with the representation',
    ends: value(undefined),
    run: async (call) => {
      await call('raw-drop', await rawNew(call, 42));
      await call('raw-drop', await call('accept', await make(call, 43)));
    },
  },
  {
    name: 'a resource without a destructor is dropped',
    ends: value(6),
    run: async (call) => {
      const other = await call('raw-new-other', 6);
      const rep = await call('raw-rep-other', other);
      await call('raw-drop-other', other);
      return rep;
    },
  },
  ...['raw-rep', 'raw-drop', 'give'].flatMap((name) =>
    [0, 7, 0x3fff_ffff, 0xffff_ffff].map(
      (handle): AbiCase => ({
        name: `${name} of handle ${handle}, which is none`,
        ends: 'trap',
        run: (call) => call(name, handle),
      }),
    ),
  ),
  ...[
    ['raw-drop', 'raw-drop'],
    ['raw-drop', 'raw-rep'],
    ['raw-drop', 'give'],
    ['give', 'give'],
    ['give', 'raw-rep'],
    ['give', 'raw-drop'],
  ].map(
    ([first, second]): AbiCase => ({
      name: `${second} after ${first}`,
      ends: 'trap',
      run: async (call) => {
        const handle = await rawNew(call, 1);
        await call(first!, handle);
        return call(second!, handle);
      },
    }),
  ),
  ...['raw-rep', 'raw-drop', 'give'].map(
    (name): AbiCase => ({
      name: `${name} of a handle of another type`,
      ends: 'trap',
      run: async (call) => call(name, await call('raw-new-other', 1)),
    }),
  ),
  {
    name: 'give-other of a handle of another type',
    ends: 'trap',
    run: async (call) => call('give-other', await rawNew(call, 1)),
  },
  {
    name: 'the same thing is returned twice',
    ends: 'trap',
    run: async (call) => {
      const handle = await rawNew(call, 1);
      return call('give-two', handle, handle);
    },
  },
];
