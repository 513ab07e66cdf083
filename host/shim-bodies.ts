// The function bodies of the shim: what stands between a guest's call and the host's function, and between
// the host's call and the guest's. Steps 6, 8 and 10 of the request path. import-shim.ts makes a module of
// them and says why they are. Does not know the module's indices but as they are given.
// Spec: WebAssembly core 3.0, binary format.

import type { CoreFuncType, CoreValType } from '../abi/canonical/types.ts';
import { CodeWriter } from '../toolchain/meter/code-writer.ts';
import { OP } from '../toolchain/wasm/opcodes.ts';

export interface Fused {
  /** Of the callee. */
  readonly type: CoreFuncType;
  readonly postReturn: boolean;
}

export /** A global that refers to a function of a type. */
interface GlobalOf {
  readonly index: number;
  readonly type: number;
}

export const VALUE_TYPE: Record<CoreValType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const EMPTY = 0x40;
const CATCH_ALL = 0x02;

/*
 * block $caught
 *   try_table (catch_all $caught)
 *     local.get 0 ..  call $host_k
 *     call $resume  if unreachable end       ;; only for imports that may wait
 *     return
 *   end
 * end
 * unreachable
 */
export function importBody(type: CoreFuncType, waits: boolean, index: number, resume: number): Uint8Array {
  const code = new CodeWriter().u32(0);
  catching(code, () => {
    for (const local of type.params.keys()) code.get(local);
    code.op(OP.call, index);
    if (waits) endUnlessMay(code, resume);
    code.op(OP.return);
  });
  return code.op(OP.unreachable).end().finish();
}

/*
 * block $caught
 *   try_table (catch_all $caught)
 *     local.get 0 ..  call $begin_k
 *     global.get $callee_k  call_ref  local.set $result
 *     local.get $result  call $end_k  local.set $out
 *     local.get $result  global.get $post-return_k  call_ref  call $left_k    ;; only if there is one
 *     local.get $out  return
 *   end
 * end
 * unreachable
 */
export function fusedBody(type: CoreFuncType, fused: Fused, first: number, callee: GlobalOf): Uint8Array {
  const locals = [...fused.type.results, ...type.results];
  const result = type.params.length;
  const out = result + fused.type.results.length;
  const code = new CodeWriter().u32(locals.length);
  for (const local of locals) code.u32(1).u8(VALUE_TYPE[local]);
  const each = (types: readonly unknown[], write: () => void) => {
    if (types.length > 0) write();
  };
  const call = (target: number, of: number) => code.op(OP.globalGet, target).op(OP.callRef, of);
  catching(code, () => {
    for (const local of type.params.keys()) code.get(local);
    code.op(OP.call, first);
    call(callee.index, callee.type);
    each(fused.type.results, () => code.set(result).get(result));
    code.op(OP.call, first + 1);
    each(type.results, () => code.set(out));
    if (fused.postReturn) {
      each(fused.type.results, () => code.get(result));
      call(callee.index + 1, callee.type + 1);
      code.op(OP.call, first + 2);
    }
    each(type.results, () => code.get(out));
    code.op(OP.return);
  });
  return code.op(OP.unreachable).end().finish();
}

/*
 * block $caught
 *   try_table (catch_all $caught)
 *     local.get $handle  call $k  local.set $calls  local.set $rep
 *     local.get $calls  if  local.get $rep  global.get $dtor_k  call_ref  call $dropped_k  end
 *     return
 *   end
 * end
 * unreachable
 */
export function dropBody(first: number, dtor: GlobalOf): Uint8Array {
  const [handle, rep, calls] = [0, 1, 2];
  const code = new CodeWriter().u32(1).u32(2).u8(VALUE_TYPE.i32);
  catching(code, () => {
    code.get(handle).op(OP.call, first).set(calls).set(rep);
    code.get(calls).if().get(rep).op(OP.globalGet, dtor.index).op(OP.callRef, dtor.type);
    code
      .op(OP.call, first + 1)
      .end()
      .op(OP.return);
  });
  return code.op(OP.unreachable).end().finish();
}

/* local.get 0 ..  global.get $target_k  call_ref  call $done */
export function enterBody(type: CoreFuncType, target: GlobalOf, done: number): Uint8Array {
  const code = new CodeWriter().u32(0);
  for (const local of type.params.keys()) code.get(local);
  return code.op(OP.globalGet, target.index).op(OP.callRef, target.type).op(OP.call, done).end().finish();
}

/*
 * i32.const k  call $check  local.set $verdict
 * i32.const 0  local.get $verdict  i32.lt_s  if  local.get $verdict  return end
 * local.get $verdict  i32.eqz  if unreachable end
 * block $cannot
 *   try_table (catch_all $cannot)
 *     call $yield
 *   end
 * end
 * call $resume  if unreachable end           ;; also when it could not be suspended: a new slice
 * i32.const 0  local.get $verdict  i32.sub
 */
export function checkpointBody(meter: number, check: number, yields: number, resume: number): Uint8Array {
  const verdict = 0;
  const code = new CodeWriter().u32(1).u32(1).u8(VALUE_TYPE.i32);
  code.const(meter).op(OP.call, check).set(verdict);
  code.const(0).get(verdict).op(OP.i32LtS).if().get(verdict).op(OP.return).end();
  code.get(verdict).op(OP.i32Eqz).if().op(OP.unreachable).end();
  catching(code, () => code.op(OP.call, yields));
  endUnlessMay(code, resume);
  return code.const(0).get(verdict).op(OP.i32Sub).end().finish();
}

/** `work` inside a block to whose end everything goes that is thrown in it. */
function catching(code: CodeWriter, work: () => void): void {
  code.op(OP.block).u8(EMPTY);
  code.op(OP.tryTable).u8(EMPTY).u32(1).u8(CATCH_ALL).u32(0);
  work();
  code.end().end();
}

function endUnlessMay(code: CodeWriter, resume: number): void {
  code.op(OP.call, resume).if().op(OP.unreachable).end();
}
