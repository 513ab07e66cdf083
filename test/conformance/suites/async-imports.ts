// What the components of the asynchronous test programs import besides WASI, as wasmtime's tests give it, and
// streams and values as the host of those tests has them.
// Spec: bytecodealliance/wasmtime, crates/misc/component-async-tests, wit/test.wit and src.

import { StreamReader } from '../../../abi/canonical/async/host-ends.ts';
import type { SharedStream } from '../../../abi/canonical/async/shared-stream.ts';
import type { EdgeContext } from '../../../abi/edge/context.ts';
import { type HostInterface, plain, waits } from '../../../abi/host-interface.ts';

type Interfaces = readonly HostInterface<EdgeContext>[];

export const turns = async (count: number) => {
  for (let i = 0; i < count; i += 1) await new Promise(setImmediate);
};

export const baz = (): Interfaces => [
  {
    name: 'local:local/baz',
    functions: {
      foo: waits(async (_: EdgeContext, text: string) => {
        await turns(10);
        return `${text} - entered host - exited host`;
      }),
    },
    drops: {},
  },
];

export const many = (): Interfaces => [
  {
    name: 'local:local/many',
    functions: {
      foo: waits(async (_: EdgeContext, text: string, ...others: unknown[]) => {
        await turns(5);
        return [`${text} - entered host - exited host`, ...others];
      }),
    },
    drops: {},
  },
];

class Thing {
  isReady = false;
  wake = () => {};
}

export const ready = (): Interfaces => {
  let goesOn = false;
  return [
    {
      name: 'local:local/ready',
      functions: {
        '[constructor]thing': plain(() => new Thing()),
        '[method]thing.set-ready': plain((_: EdgeContext, thing: Thing, isReady: boolean) => {
          thing.isReady = isReady;
          if (isReady) thing.wake();
        }),
        '[method]thing.when-ready': waits((_: EdgeContext, thing: Thing) => {
          if (thing.isReady) return undefined;
          return new Promise<void>((resolve) => {
            thing.wake = resolve;
          });
        }),
      },
      drops: {},
    },
    {
      name: 'local:local/continue',
      functions: {
        'set-continue': plain((_: EdgeContext, value: boolean) => {
          goesOn = value;
        }),
        'get-continue': plain(() => goesOn),
      },
      drops: {},
    },
  ];
};

class X {}

export const borrowing = (): Interfaces => [
  {
    name: 'local:local/borrowing-types',
    functions: { '[constructor]x': plain(() => new X()), '[method]x.foo': plain(() => {}) },
    drops: {},
  },
];

export const resourceStream = (): Interfaces => [
  {
    name: 'local:local/resource-stream',
    functions: {
      '[method]x.foo': plain(() => {}),
      foo: waits(async (_: EdgeContext, count: number) => once(Array.from({ length: count }, () => new X()))),
    },
    drops: {},
  },
];

export const sleep = (): Interfaces => [
  {
    name: 'local:local/sleep',
    functions: {
      'sleep-millis': waits(
        (_: EdgeContext, ms: bigint) => new Promise((done) => setTimeout(done, Number(ms))),
      ),
    },
    drops: {},
  },
];

export const yieldTimes = (): Interfaces => [
  {
    name: 'local:local/yield',
    functions: { 'yield-times': waits((_: EdgeContext, times: bigint) => turns(Number(times))) },
    drops: {},
  },
  // Of this one only a type is used.
  { name: 'local:local/cancel', functions: {}, drops: {} },
];

export const intertask = (): Interfaces => [
  { name: 'local:local/intertask', functions: { foo: plain(() => {}) }, drops: {} },
];

/** A stream with these values in one piece. */
export function once(values: readonly unknown[] | Uint8Array) {
  let rest: readonly unknown[] | Uint8Array | null = values;
  return {
    next: async () => {
      const chunk = rest;
      rest = null;
      return chunk === null || chunk.length === 0 ? null : (chunk as Uint8Array);
    },
    cancel: () => {},
  };
}

/** The same, but not at once. */
export function later(values: Uint8Array) {
  const source = once(values);
  return {
    ...source,
    next: async () => {
      await turns(20);
      return source.next();
    },
  };
}

export async function valuesOf(stream: unknown): Promise<unknown[]> {
  const reader = new StreamReader(stream as SharedStream);
  const values: unknown[] = [];
  for (let chunk = await reader.read(1_000); chunk !== null; chunk = await reader.read(1_000)) {
    values.push(...Array.from(chunk as ArrayLike<unknown>));
  }
  return values;
}

/** What is wrong, or nothing. */
export function equals(value: unknown, wanted: unknown): string {
  const text = (one: unknown) =>
    JSON.stringify(one, (_, part) => (typeof part === 'bigint' ? `${part}n` : part));
  return text(value) === text(wanted) ? '' : `It is ${text(value)}, not ${text(wanted)}`;
}
