// Calling a function of a synchronous type that the guest exports: lower the arguments, run it, lift the
// result, let it clean up. Step 6 of the request path. The core function may suspend; everything
// before and after it runs at once.
// Spec: CanonicalABI.md "canon lift".

import { type Codec, type CoreValue, codecOf } from './codec.ts';
import type { ResourceHome } from './codec-resource.ts';
import type { LiftLowerContext } from './context.ts';
import { BorrowScope } from './handles.ts';
import { FLAT_PARAMS_MAX, FLAT_RESULTS_MAX } from './layout.ts';
import type { FuncType } from './types.ts';

/** What an instance supplies for one exported function. */
export interface ExportBinding {
  readonly cx: LiftLowerContext;
  /** The core function, suspending or not. */
  run(args: readonly CoreValue[]): CoreValue | undefined | Promise<CoreValue | undefined>;
  /** Called with the core result once it has been lifted. May suspend too. */
  readonly postReturn: ((result: CoreValue | undefined) => void | Promise<void>) | null;
}

export type ExportCaller = (binding: ExportBinding, args: readonly unknown[]) => Promise<unknown>;

/**
 * Makes the caller of all exported functions of this type. It rejects with whatever ended
 * the guest. One call at a time per instance: whoever calls has to see to that.
 */
export function exportCaller(type: FuncType, homes: readonly ResourceHome[]): ExportCaller {
  const params = paramsCodec(type, homes);
  const result = type.result === null ? null : codecOf(type.result, homes);
  return async (binding, args) => {
    const { cx } = binding;
    const scope = new BorrowScope();
    cx.scope = scope;
    const coreArgs = lowerParams(cx, params, args);
    const coreResult = await binding.run(coreArgs);
    const value = result === null ? undefined : liftResult(cx, result, coreResult);
    cx.instance.handles.endScope(scope);
    if (binding.postReturn !== null) {
      cx.instance.mayLeave = false;
      await binding.postReturn(coreResult);
      cx.instance.mayLeave = true;
    }
    return value;
  };
}

export function paramsCodec(type: FuncType, homes: readonly ResourceHome[]): Codec {
  return codecOf({ kind: 'tuple', types: type.params.map((param) => param.type) }, homes);
}

export function lowerParams(cx: LiftLowerContext, params: Codec, args: readonly unknown[]): CoreValue[] {
  if (params.flat.length <= FLAT_PARAMS_MAX) {
    const flat = new Array<CoreValue>(params.flat.length);
    params.lower(cx, args as never, flat, 0);
    return flat;
  }
  const ptr = cx.allocate(params.alignment, params.size);
  params.store(cx, ptr, args as never);
  return [ptr];
}

export function liftResult(cx: LiftLowerContext, result: Codec, core: CoreValue | undefined): unknown {
  if (result.flat.length <= FLAT_RESULTS_MAX) return result.lift(cx, [core as CoreValue], 0);
  const ptr = (core as number) >>> 0;
  cx.memory.check(ptr, result.size, result.alignment);
  return result.load(cx, ptr);
}
