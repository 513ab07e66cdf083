// The codec of whatever crosses as a handle: one i32, the index in the guest's table.
// What the index means is said by who makes it: resources, streams, futures, error contexts.
// Spec: CanonicalABI.md "Loading", "Storing", "Flattening".

import type { Codec } from './codec.ts';
import type { LiftLowerContext } from './context.ts';

export function handleCodec(
  lift: (cx: LiftLowerContext, index: number) => unknown,
  lower: (cx: LiftLowerContext, value: unknown) => number,
): Codec {
  return {
    size: 4,
    alignment: 4,
    flat: ['i32'],
    load: (cx, ptr) => lift(cx, cx.memory.view.getUint32(ptr, true)),
    store: (cx, ptr, value) => {
      const index = lower(cx, value);
      cx.memory.view.setUint32(ptr, index, true);
    },
    lift: (cx, values, at) => lift(cx, (values[at] as number) >>> 0),
    lower: (cx, value, into, at) => {
      into[at] = lower(cx, value);
    },
  };
}
