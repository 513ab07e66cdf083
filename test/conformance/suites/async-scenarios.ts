// What wasmtime's tests of asynchronous components ask of each, in our host's values: jco has the same
// components among its fixtures, and what it asks of them was taken from there. A scenario
// calls one export, with what the component imports besides WASI.
// Spec: bytecodealliance/wasmtime, crates/misc/component-async-tests, wit/test.wit and tests/scenario.

import type { EdgeContext } from '../../../abi/edge/context.ts';
import type { HostInterface } from '../../../abi/host-interface.ts';
import {
  baz,
  borrowing,
  equals,
  intertask,
  later,
  many,
  once,
  ready,
  resourceStream,
  sleep,
  turns,
  valuesOf,
  yieldTimes,
} from './async-imports.ts';

export interface Scenario {
  readonly name: string;
  /** The component, and those that it imports from: without folder and extension. */
  readonly components: readonly string[];
  readonly imports?: () => readonly HostInterface<EdgeContext>[];
  readonly interface: string;
  readonly function: string;
  readonly args?: () => readonly unknown[];
  /** Waits for what it has to; what is wrong, or nothing. Absent: whatever it returns is right. */
  readonly check?: (result: unknown) => Promise<string>;
  readonly traps?: true;
}

const GREETING = 'hello, world!';
const TURNED = `${GREETING} - entered guest - entered host - exited host - exited guest`;
const TWICE = `${GREETING} - entered guest - entered guest - entered host - exited host - exited guest - exited guest`;

const STUFF = { a: new Array(42).fill(42), b: true, c: 424242n };
const MANY = [42, new Uint8Array(42).fill(42), [4242n, 424242424242n], STUFF, STUFF, { tag: 'err' }];
const BYTES = Uint8Array.of(2, 4, 6, 8, 9);

// --- the scenarios ------------------------------------------------------------------------

const roundTrips = ['stackful', 'stackless', 'stackless-sync-import', 'synchronous', 'wait'].map(
  (kind): Scenario => ({
    name: `round-trip ${kind}`,
    components: [`round-trip/async-round-trip-${kind}`],
    imports: baz,
    interface: 'local:local/baz',
    function: 'foo',
    args: () => [GREETING],
    check: async (result) => equals(result, TURNED),
  }),
);

const roundTripPairs = ['stackful', 'stackless', 'synchronous', 'wait'].flatMap((outer) =>
  ['stackless', 'synchronous', 'wait'].map(
    (inner): Scenario => ({
      name: `round-trip ${outer} in front of ${inner}`,
      components: [`round-trip/async-round-trip-${outer}`, `round-trip/async-round-trip-${inner}`],
      imports: baz,
      interface: 'local:local/baz',
      function: 'foo',
      args: () => [GREETING],
      check: async (result) => equals(result, TWICE),
    }),
  ),
);

const roundTripsOfMany = ['stackful', 'stackless', 'synchronous', 'wait'].map(
  (kind): Scenario => ({
    name: `round-trip-many ${kind}`,
    components: [`round-trip/async-round-trip-many-${kind}`],
    imports: many,
    interface: 'local:local/many',
    function: 'foo',
    args: () => [GREETING, ...MANY],
    check: async (result) => equals(result, [TURNED, ...MANY]),
  }),
);

const run = (name: string, components: readonly string[], imports?: Scenario['imports']): Scenario => ({
  name,
  components,
  ...(imports === undefined ? {} : { imports }),
  interface: 'local:local/run',
  function: 'run',
});

const misbehaving = (name: string, components: readonly string[], misbehaves: boolean): Scenario => ({
  name,
  components,
  imports: borrowing,
  interface: 'local:local/run-bool',
  function: 'run',
  args: () => [misbehaves],
  ...(misbehaves ? { traps: true } : {}),
});

const CANCEL = ['cancellation/async-cancel-caller', 'cancellation/async-cancel-callee'];

const cancelling = (mode: string, traps: boolean): Scenario => ({
  name: `cancel: ${mode}`,
  components: CANCEL,
  imports: yieldTimes,
  interface: 'local:local/cancel',
  function: 'run',
  args: () => [{ tag: mode }, 100n],
  ...(traps ? { traps: true } : {}),
});

export const SCENARIOS: readonly Scenario[] = [
  ...roundTrips,
  {
    name: 'round-trip-direct stackless',
    components: ['round-trip/async-round-trip-direct-stackless'],
    imports: () => [{ ...(baz()[0] as HostInterface<EdgeContext>), name: '$root' }],
    interface: '',
    function: 'foo',
    args: () => [GREETING],
    check: async (result) => equals(result, TURNED),
  },
  ...roundTripsOfMany,
  ...roundTripPairs,
  run('poll stackless', ['poll/async-poll-stackless'], ready),
  run('poll synchronous', ['poll/async-poll-synchronous'], ready),
  run('yield synchronous', ['yield/async-yield-caller', 'yield/async-yield-callee-synchronous'], ready),
  run('yield stackless', ['yield/async-yield-caller', 'yield/async-yield-callee-stackless'], ready),
  run(
    'yield cancelled synchronous',
    ['yield/async-yield-caller-cancel', 'yield/async-yield-callee-synchronous'],
    ready,
  ),
  run(
    'yield cancelled stackless',
    ['yield/async-yield-caller-cancel', 'yield/async-yield-callee-stackless'],
    ready,
  ),
  cancelling('normal', false),
  cancelling('leak-task-after-cancel', false),
  cancelling('trap-cancel-guest-after-start-cancelled', true),
  cancelling('trap-cancel-guest-after-return-cancelled', true),
  cancelling('trap-cancel-guest-after-return', true),
  cancelling('trap-cancel-host-after-return-cancelled', true),
  cancelling('trap-cancel-host-after-return', true),
  {
    name: 'cancel transmit',
    components: ['cancellation/async-cancel-transmit'],
    interface: 'local:local/synchronous-transmit',
    function: 'start',
    args: () => [later(BYTES), BYTES, turns(20).then(() => 42), 42],
  },
  run('intertask-communication', ['general/async-intertask-communication'], intertask),
  run('error-context', ['error-context/async-error-context']),
  run('error-context caller', [
    'error-context/async-error-context-caller',
    'error-context/async-error-context-callee',
  ]),
  run('backpressure', ['backpressure/async-backpressure-caller', 'backpressure/async-backpressure-callee']),
  run('post-return', ['general/async-post-return-caller', 'general/async-post-return-callee']),
  run('transmit', ['general/async-transmit-caller', 'general/async-transmit-callee']),
  run('unit-stream', ['streams/async-unit-stream-caller', 'streams/async-unit-stream-callee']),
  run('read-resource-stream', ['streams/async-read-resource-stream'], resourceStream),
  misbehaving('borrowing callee', ['general/async-borrowing-callee'], false),
  misbehaving('borrowing callee misbehaves', ['general/async-borrowing-callee'], true),
  misbehaving(
    'borrowing caller',
    ['general/async-borrowing-caller', 'general/async-borrowing-callee'],
    false,
  ),
  misbehaving(
    'borrowing caller misbehaves',
    ['general/async-borrowing-caller', 'general/async-borrowing-callee'],
    true,
  ),
  {
    name: 'closed-stream',
    components: ['streams/async-closed-stream'],
    interface: 'local:local/closed-stream',
    function: 'get',
    check: async (stream) => equals(await valuesOf(stream), []),
  },
  {
    name: 'closed-streams: a stream',
    components: ['streams/async-closed-streams'],
    interface: 'local:local/closed',
    function: 'read-stream',
    args: () => [once(BYTES), BYTES],
  },
  {
    name: 'closed-streams: a future',
    components: ['streams/async-closed-streams'],
    interface: 'local:local/closed',
    function: 'read-future',
    args: () => [Promise.resolve(42), 42, Promise.resolve(43)],
  },
  {
    name: 'closed-streams: a future after the return',
    components: ['streams/async-closed-streams'],
    interface: 'local:local/closed',
    function: 'read-future-post-return',
    args: () => [Promise.resolve(42), 42, Promise.resolve(43)],
  },
  {
    name: 'readiness',
    components: ['general/async-readiness'],
    interface: 'local:local/readiness',
    function: 'start',
    args: () => [once(BYTES), BYTES],
    check: async (result) => {
      const [stream, expected] = result as [unknown, Uint8Array];
      return equals(await valuesOf(stream), Array.from(expected));
    },
  },
  {
    name: 'synchronous-transmit',
    components: ['general/async-synchronous-transmit'],
    interface: 'local:local/synchronous-transmit',
    function: 'start',
    args: () => [once(BYTES), BYTES, Promise.resolve(42), 42],
    check: async (result) => {
      const [stream, expected] = result as [unknown, Uint8Array];
      return equals(await valuesOf(stream), Array.from(expected));
    },
  },
  {
    name: 'sleep-post-return',
    components: ['general/async-sleep-post-return-callee'],
    imports: sleep,
    interface: 'local:local/sleep-post-return',
    function: 'run',
    args: () => [100n],
  },
];
