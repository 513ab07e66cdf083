// Codecs of streams, futures and error contexts: handles of a guest's own table. Of a stream or
// future only the readable end crosses. The host sees what its two ends share, and may give that,
// or a source or a promise of its own.
// Spec: CanonicalABI.md `lift_stream`, `lift_future`, `lower_stream`, `lower_future`,
// `lift_error_context`.

import type { Codec } from '../codec.ts';
import { handleCodec } from '../codec-handle.ts';
import type { ResourceHome } from '../codec-resource.ts';
import type { LiftLowerContext } from '../context.ts';
import { trap } from '../trap.ts';
import type { ValType } from '../types.ts';
import { type CopyEnd, ReadableFutureEnd, ReadableStreamEnd } from './copy-end.ts';
import { type ElementAccess, elementAccess } from './element.ts';
import { ErrorContext } from './error-context.ts';
import { feedFuture, feedStream, type ValueSource } from './host-ends.ts';
import { SharedFuture } from './shared-future.ts';
import { SharedStream } from './shared-stream.ts';

export function streamCodec(type: ValType | null, homes: readonly ResourceHome[]): Codec {
  const element = elementAccess(type, homes);
  return handleCodec(
    (cx, index) => give(cx, index, ReadableStreamEnd, 'readable end of a stream', element).shared,
    (cx, value) =>
      cx.instance.handles.add(
        new ReadableStreamEnd(cx.instance.async, sharedStream(cx, value), element, 'readable'),
      ),
  );
}

export function futureCodec(type: ValType | null, homes: readonly ResourceHome[]): Codec {
  const element = elementAccess(type, homes);
  return handleCodec(
    (cx, index) => give(cx, index, ReadableFutureEnd, 'readable end of a future', element).shared,
    (cx, value) =>
      cx.instance.handles.add(
        new ReadableFutureEnd(cx.instance.async, sharedFuture(cx, value), element, 'readable'),
      ),
  );
}

export const errorContextCodec = handleCodec(
  (cx, index) => cx.instance.handles.entry(index, ErrorContext, 'error context'),
  (cx, value) => cx.instance.handles.add(value as ErrorContext),
);

/** For the host, as far as the store knows; another component instance takes it back in at once. */
function give<End extends CopyEnd>(
  { instance: { handles, async } }: LiftLowerContext,
  index: number,
  wanted: abstract new (...args: never[]) => End,
  what: string,
  element: ElementAccess,
): End {
  const end = handles.takeEntry(index, wanted, what);
  if (end.element.key !== element.key) trap(`Handle ${index} is of another type of stream or future`);
  end.checkIdle();
  async.store.outside += 1;
  return end;
}

function sharedStream({ instance: { async } }: LiftLowerContext, value: unknown): SharedStream {
  if (value instanceof SharedStream) {
    async.store.outside -= 1;
    return value;
  }
  async.store.outside += 1;
  const shared = new SharedStream();
  feedStream(shared, value as ValueSource);
  return shared;
}

function sharedFuture({ instance: { async } }: LiftLowerContext, value: unknown): SharedFuture {
  if (value instanceof SharedFuture) {
    async.store.outside -= 1;
    return value;
  }
  async.store.outside += 1;
  const shared = new SharedFuture();
  feedFuture(shared, value as Promise<unknown>);
  return shared;
}
