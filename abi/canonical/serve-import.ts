// Serving a function that the guest imports: lift the arguments, call the host, lower the
// result. Step 8 of the request path. Whether the host waits in between is the caller's
// business: the two halves are given apart.
// Spec: CanonicalABI.md "canon lower".

import { paramsCodec } from './call-export.ts';
import { type CoreValue, codecOf } from './codec.ts';
import type { ResourceHome } from './codec-resource.ts';
import type { LiftLowerContext } from './context.ts';
import type { BorrowScope } from './handles.ts';
import { FLAT_ASYNC_PARAMS_MAX, FLAT_PARAMS_MAX, FLAT_RESULTS_MAX } from './layout.ts';
import type { FuncType } from './types.ts';

/** One call under way: the arguments for the host, and what has to be undone after it. */
export interface LiftedCall {
  readonly args: readonly unknown[];
  readonly scope: BorrowScope | null;
  readonly resultAt: number;
}

export interface ImportServer {
  /** @throws `Trap` when the arguments break the rules. */
  begin(cx: LiftLowerContext, core: readonly CoreValue[]): LiftedCall;
  /** Gives back what was lent. */
  release(cx: LiftLowerContext, call: LiftedCall): void;
  /** Lowers what the host returned, and gives the core result. @throws `Trap` */
  lower(cx: LiftLowerContext, call: LiftedCall, value: unknown): CoreValue | undefined;
  /** Both. @throws `Trap` */
  end(cx: LiftLowerContext, call: LiftedCall, value: unknown): CoreValue | undefined;
}

/** @param async the guest calls it the asynchronous way: few parameters, and a result only in memory */
export function importServer(type: FuncType, homes: readonly ResourceHome[], async = false): ImportServer {
  const params = paramsCodec(type, homes);
  const result = type.result === null ? null : codecOf(type.result, homes);
  const spilledParams = params.flat.length > (async ? FLAT_ASYNC_PARAMS_MAX : FLAT_PARAMS_MAX);
  const spilledResult = result !== null && (async || result.flat.length > FLAT_RESULTS_MAX);
  const resultIndex = spilledParams ? 1 : params.flat.length;

  const liftParams = (cx: LiftLowerContext, core: readonly CoreValue[]) => {
    if (!spilledParams) return params.lift(cx, core, 0);
    const ptr = (core[0] as number) >>> 0;
    cx.memory.check(ptr, params.size, params.alignment);
    return params.load(cx, ptr);
  };

  const release = (cx: LiftLowerContext, call: LiftedCall) => {
    if (call.scope !== null) cx.instance.handles.endScope(call.scope);
  };

  const lower = (cx: LiftLowerContext, call: LiftedCall, value: unknown): CoreValue | undefined => {
    if (result === null) return undefined;
    if (spilledResult) {
      cx.memory.check(call.resultAt, result.size, result.alignment);
      result.store(cx, call.resultAt, value as never);
      return undefined;
    }
    const flat: CoreValue[] = [];
    result.lower(cx, value as never, flat, 0);
    return flat[0];
  };

  return {
    release,
    lower,
    begin(cx, core) {
      // An export's call is under way around this one and has a scope of its own.
      const outer = cx.scope;
      cx.scope = null;
      const args = liftParams(cx, core) as readonly unknown[];
      const scope = cx.scope;
      cx.scope = outer;
      return { args, scope, resultAt: spilledResult ? (core[resultIndex] as number) >>> 0 : 0 };
    },
    end(cx, call, value) {
      release(cx, call);
      return lower(cx, call, value);
    },
  };
}
