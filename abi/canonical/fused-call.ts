// A call from one component instance to another: what the caller hands over is lifted from its memory and
// lowered into the callee's, and the same with the result on the way back. Both halves run at once;
// in between runs the callee, called by the shim and not from here, so that no JavaScript is on its stack
// and it can be suspended. Step 8 of the request path. Does not know the shim.
// Spec: CanonicalABI.md "canon lower" of a "canon lift".

import { liftResult, lowerParams, paramsCodec } from './call-export.ts';
import { type CoreValue, codecOf } from './codec.ts';
import type { ResourceHome } from './codec-resource.ts';
import type { LiftLowerContext } from './context.ts';
import { BorrowScope } from './handles.ts';
import { importServer, type LiftedCall } from './serve-import.ts';
import type { FuncType } from './types.ts';

/** One call under way. */
export interface FusedCall {
  readonly caller: LiftLowerContext;
  readonly callee: LiftLowerContext;
  readonly lifted: LiftedCall;
  /** Of what the callee borrowed. */
  readonly scope: BorrowScope;
}

export interface FusedFunction {
  /** The core arguments of the callee. @throws `Trap` */
  begin(
    caller: LiftLowerContext,
    callee: LiftLowerContext,
    core: readonly CoreValue[],
  ): { readonly call: FusedCall; readonly args: readonly CoreValue[] };
  /** The core result for the caller. @throws `Trap` */
  end(call: FusedCall, core: CoreValue | undefined): CoreValue | undefined;
}

export function fusedFunction(type: FuncType, homes: readonly ResourceHome[]): FusedFunction {
  const server = importServer(type, homes);
  const params = paramsCodec(type, homes);
  const result = type.result === null ? null : codecOf(type.result, homes);
  return {
    begin(caller, callee, core) {
      const lifted = server.begin(caller, core);
      const scope = new BorrowScope();
      const outer = callee.scope;
      callee.scope = scope;
      const args = lowerParams(callee, params, lifted.args);
      callee.scope = outer;
      return { call: { caller, callee, lifted, scope }, args };
    },
    end({ caller, callee, lifted, scope }, core) {
      const value = result === null ? undefined : liftResult(callee, result, core);
      callee.instance.handles.endScope(scope);
      return server.end(caller, lifted, value);
    },
  };
}
