// The package `wasi:random`: always fresh, always from the host's strong source, also where
// the specification would allow less. Only the seed, which is meant to be asked for once, is the same
// for all of a request.
// Spec: abi/wit/deps/wasi-random.

import { trap } from '../canonical/trap.ts';
import type { Entropy } from '../capabilities.ts';
import { type HostInterface, plain } from '../host-interface.ts';
import { LIMITS } from '../limits.ts';

export interface RandomContext {
  readonly entropy: Entropy;
}

const bytes = plain((cx: RandomContext, length: bigint) => {
  if (length > LIMITS.randomBytesMax) {
    trap(`Too many random bytes at once: ${length}, limit ${LIMITS.randomBytesMax}`);
  }
  return cx.entropy.bytes(Number(length));
});

const u64 = plain((cx: RandomContext) => someU64(cx));

export const random: HostInterface<RandomContext> = {
  name: 'wasi:random/random@0.2.12',
  functions: { 'get-random-bytes': bytes, 'get-random-u64': u64 },
  drops: {},
};

export const insecure: HostInterface<RandomContext> = {
  name: 'wasi:random/insecure@0.2.12',
  functions: { 'get-insecure-random-bytes': bytes, 'get-insecure-random-u64': u64 },
  drops: {},
};

export const insecureSeed: HostInterface<RandomContext> = {
  name: 'wasi:random/insecure-seed@0.2.12',
  functions: { 'insecure-seed': plain(seedOf) },
  drops: {},
};

const seeds = new WeakMap<RandomContext, readonly [bigint, bigint]>();

function seedOf(cx: RandomContext): readonly [bigint, bigint] {
  let seed = seeds.get(cx);
  if (seed === undefined) {
    seed = [someU64(cx), someU64(cx)];
    seeds.set(cx, seed);
  }
  return seed;
}

function someU64(cx: RandomContext): bigint {
  const eight = cx.entropy.bytes(8);
  return new DataView(eight.buffer, eight.byteOffset, 8).getBigUint64(0, true);
}
