// The host's ends of streams and futures: what is pulled when, and that nothing is lost between
// pieces of different sizes, or left behind when an end is dropped.

import { describe, expect, test } from 'vitest';
import {
  feedFuture,
  feedStream,
  readFuture,
  StreamReader,
} from '../../../../abi/canonical/async/host-ends.ts';
import { SharedFuture } from '../../../../abi/canonical/async/shared-future.ts';
import { SharedStream } from '../../../../abi/canonical/async/shared-stream.ts';

function source(chunks: readonly Uint8Array[]) {
  const left = [...chunks];
  const told = { pulled: 0, cancelled: 0 };
  return {
    told,
    next: async () => {
      told.pulled += 1;
      return left.shift() ?? null;
    },
    cancel: () => {
      told.cancelled += 1;
    },
  };
}

describe('a stream that the host feeds', () => {
  test('gives chunks in pieces as large as they are asked for, and then its end', async () => {
    const shared = new SharedStream();
    const from = source([Uint8Array.of(1, 2, 3), Uint8Array.of(4)]);
    feedStream(shared, from);
    const reader = new StreamReader(shared);
    expect(from.told.pulled).toBe(0);
    expect(await reader.read(2)).toEqual(Uint8Array.of(1, 2));
    expect(await reader.read(2)).toEqual(Uint8Array.of(3));
    expect(from.told.pulled).toBe(1);
    expect(await reader.read(2)).toEqual(Uint8Array.of(4));
    expect(await reader.read(2)).toBeNull();
    expect(await reader.read(2)).toBeNull();
  });

  test('tells its source once that nobody reads any more', () => {
    const shared = new SharedStream();
    const from = source([]);
    feedStream(shared, from);
    new StreamReader(shared).drop();
    shared.drop();
    expect(from.told).toEqual({ pulled: 0, cancelled: 1 });
  });

  test('ends where its source fails', async () => {
    const shared = new SharedStream();
    feedStream(shared, { next: () => Promise.reject(new Error('gone')), cancel: () => {} });
    expect(await new StreamReader(shared).read(1)).toBeNull();
  });

  test('carries values of no type as a count', async () => {
    const shared = new SharedStream();
    feedStream(shared, { next: async () => ({ length: 5 }), cancel: () => {} });
    expect((await new StreamReader(shared).read(3))?.length).toBe(3);
  });
});

describe('a future that the host feeds', () => {
  test('gives its value to whoever reads, before or after it is there', async () => {
    const early = new SharedFuture();
    const read = readFuture(early);
    feedFuture(early, Promise.resolve('a'));
    expect(await read).toEqual({ value: 'a' });
    const late = new SharedFuture();
    feedFuture(late, Promise.resolve('b'));
    await Promise.resolve();
    expect(await readFuture(late)).toEqual({ value: 'b' });
  });

  test('tells a reader that its writer is gone', async () => {
    const shared = new SharedFuture();
    const read = readFuture(shared);
    shared.drop();
    expect(await read).toBeUndefined();
  });
});
