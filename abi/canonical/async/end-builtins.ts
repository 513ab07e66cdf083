// The built-ins of streams and futures: making the two ends, copying, giving up a copy, dropping.
// Spec: CanonicalABI.md "canon {stream,future}.{new,read,write,cancel-read,cancel-write,drop-...}".

import type { CoreValue } from '../codec.ts';
import type { ResourceHome } from '../codec-resource.ts';
import { trap } from '../trap.ts';
import type { ValType } from '../types.ts';
import type { AsyncBuiltin } from './builtin.ts';
import type { Builtin, BuiltinCaller, BuiltinResult } from './builtins.ts';
import {
  type CopyEnd,
  endClass,
  ReadableFutureEnd,
  ReadableStreamEnd,
  WritableFutureEnd,
  WritableStreamEnd,
} from './copy-end.ts';
import { elementAccess } from './element.ts';
import { SharedFuture } from './shared-future.ts';
import { SharedStream } from './shared-stream.ts';
import { BLOCKED } from './waitable.ts';

type EndBuiltin = Extract<AsyncBuiltin, { kind: `end.${string}` }>;

export function endBuiltin(
  builtin: EndBuiltin,
  payload: ValType | null,
  homes: readonly ResourceHome[],
): Builtin {
  const element = elementAccess(payload, homes);
  const { of: wanted, what } = endClass(builtin.end);
  const check = (end: CopyEnd, index: number): CopyEnd => {
    if (end.element.key !== element.key) trap(`Handle ${index} is a ${what} of another type`);
    return end;
  };
  const find = ({ state: { handles } }: BuiltinCaller, core: CoreValue | undefined) => {
    const index = (core as number) >>> 0;
    return { index, end: check(handles.entry<CopyEnd>(index, wanted, what), index) };
  };
  const isStream = builtin.end.of === 'stream';
  switch (builtin.kind) {
    case 'end.new':
      return {
        waits: false,
        stays: false,
        run: ({ state: { handles, async } }) => {
          const [readable, writable] = isStream
            ? bothEnds(new SharedStream(), (shared) => [
                new ReadableStreamEnd(async, shared, element, 'readable'),
                new WritableStreamEnd(async, shared, element, 'writable'),
              ])
            : bothEnds(new SharedFuture(), (shared) => [
                new ReadableFutureEnd(async, shared, element, 'readable'),
                new WritableFutureEnd(async, shared, element, 'writable'),
              ]);
          const low = handles.add(readable);
          return BigInt(low) | (BigInt(handles.add(writable)) << 32n);
        },
      };
    case 'end.copy': {
      const async = builtin.options.async !== undefined;
      return {
        waits: !async,
        stays: false,
        run: (caller, [core, ptr, length]) => {
          const { index, end } = find(caller, core);
          caller.state.async.store.settle();
          const count = isStream ? (length as number) >>> 0 : 1;
          end.copy(index, caller.contextOf(builtin.options), (ptr as number) >>> 0, count, async);
          return outcome(end, async);
        },
      };
    }
    case 'end.cancel':
      return {
        waits: !builtin.async,
        stays: false,
        run: (caller, [core]) => {
          const { end } = find(caller, core);
          caller.state.async.store.settle();
          end.cancelCopy(builtin.async);
          return outcome(end, builtin.async);
        },
      };
    case 'end.drop':
      return {
        waits: false,
        stays: false,
        run: (caller, [core]) => {
          const { index, end } = find(caller, core);
          caller.state.handles.takeEntry<CopyEnd>(index, wanted, what);
          end.drop();
          return undefined;
        },
      };
  }
}

function bothEnds<Shared>(
  shared: Shared,
  make: (shared: Shared) => readonly [CopyEnd, CopyEnd],
): readonly [CopyEnd, CopyEnd] {
  return make(shared);
}

/** What the copy came to, now or when it is done. */
function outcome(end: CopyEnd, async: boolean): BuiltinResult {
  if (end.hasEvent) return end.takeEvent()[2];
  if (async) return BLOCKED;
  const finish = () => {
    end.waited();
    return end.takeEvent()[2];
  };
  const until = end.waitAlone();
  return until instanceof Promise ? { until, why: 'waits', finish } : finish();
}
