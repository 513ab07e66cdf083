// The small wasm module that stands between a guest and the host, one instance per slot. Steps
// 6, 8 and 10 of the request path. Because of it whatever goes wrong in JavaScript ends in a
// trap, which no guest can catch; the first thing that happens when a guest runs again is a
// question to the host: may it?; the clock is read when the guest's code really stops; and a
// guest that cannot be suspended, because JavaScript is on its stack, goes on instead.
// RATIONALE.md "Why does a trap go through wasm?". Knows nothing of components.
// Spec: WebAssembly core 3.0, binary format.

import type { CoreFuncType, CoreValType } from '../abi/canonical/types.ts';
import { CodeWriter } from '../toolchain/meter/code-writer.ts';
import { SECTION } from '../toolchain/wasm/module.ts';
import { OP } from '../toolchain/wasm/opcodes.ts';
import { Writer } from '../toolchain/wasm/writer.ts';

export interface ShimImport {
  readonly type: CoreFuncType;
  readonly waits: boolean;
}

export interface ShimShape {
  readonly imports: readonly ShimImport[];
  /** Core types of the guest's exports. */
  readonly exports: readonly CoreFuncType[];
  /** How many core instances have a meter. */
  readonly meters: number;
}

/**
 * The module that the shim imports from: the host's functions `0`, `1`, .. and
 * `resume: () -> i32` (1: end), `check: (i32) -> i32` (see `Verdict`), `yield` and `done`.
 */
export const SHIM_IMPORTS = 'host';

/** Names of the shim's exports. */
export const SHIM = {
  import: (index: number) => `import${index}`,
  /** Calls what the global `target` of the same index refers to. */
  enter: (index: number) => `enter${index}`,
  target: (index: number) => `target${index}`,
  checkpoint: (index: number) => `checkpoint${index}`,
} as const;

const VALUE_TYPE: Record<CoreValType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const NULLABLE_REF = 0x63;
const EMPTY = 0x40;
const CATCH_ALL = 0x02;
const KIND = { func: 0, global: 3 } as const;

const RESUME: CoreFuncType = { params: [], results: ['i32'] };
const CHECK: CoreFuncType = { params: ['i32'], results: ['i32'] };
const CHECKPOINT: CoreFuncType = { params: [], results: ['i32'] };
const NOTHING: CoreFuncType = { params: [], results: [] };

interface Defined {
  readonly name: string;
  readonly type: CoreFuncType;
  readonly body: Uint8Array;
}

export function importShim({ imports, exports, meters }: ShimShape): Uint8Array {
  const helpers = [
    { name: 'resume', type: RESUME },
    { name: 'check', type: CHECK },
    { name: 'yield', type: NOTHING },
    { name: 'done', type: NOTHING },
  ];
  const imported = [...imports.map(({ type }, i) => ({ name: String(i), type })), ...helpers];
  const [resume, check, yields, done] = helpers.map((_, i) => imports.length + i) as [
    number,
    number,
    number,
    number,
  ];
  const targetType = (index: number) => imported.length + index;
  const defined: Defined[] = [
    ...imports.map((one, i) => ({ name: SHIM.import(i), type: one.type, body: importBody(one, i, resume) })),
    ...exports.map((type, i) => ({
      name: SHIM.enter(i),
      type,
      body: enterBody(type, i, targetType(i), done),
    })),
    ...Array.from({ length: meters }, (_, i) => ({
      name: SHIM.checkpoint(i),
      type: CHECKPOINT,
      body: checkpointBody(i, check, yields, resume),
    })),
  ];
  // One type for each function, imported ones first, and those of the targets between.
  const types = [...imported.map(({ type }) => type), ...exports, ...defined.map(({ type }) => type)];
  return new Writer()
    .raw(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00))
    .section(SECTION.type, vector(types.map(typeItem)))
    .section(SECTION.import, vector(imported.map(({ name }, i) => importItem(name, i))))
    .section(
      SECTION.function,
      vector(defined.map((_, i) => new Writer().u32(targetType(exports.length + i)).finish())),
    )
    .section(SECTION.global, vector(exports.map((_, i) => targetItem(targetType(i)))))
    .section(
      SECTION.export,
      vector([
        ...defined.map(({ name }, i) => exportItem(name, KIND.func, imported.length + i)),
        ...exports.map((_, i) => exportItem(SHIM.target(i), KIND.global, i)),
      ]),
    )
    .section(
      SECTION.code,
      vector(defined.map(({ body }) => new Writer().u32(body.length).raw(body).finish())),
    )
    .finish();
}

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
function importBody({ type, waits }: ShimImport, index: number, resume: number): Uint8Array {
  const code = new CodeWriter().u32(0);
  catching(code, () => {
    for (const local of type.params.keys()) code.get(local);
    code.op(OP.call, index);
    if (waits) endUnlessMay(code, resume);
    code.op(OP.return);
  });
  return code.op(OP.unreachable).end().finish();
}

/* local.get 0 ..  global.get $target_k  call_ref  call $done */
function enterBody(type: CoreFuncType, index: number, targetType: number, done: number): Uint8Array {
  const code = new CodeWriter().u32(0);
  for (const local of type.params.keys()) code.get(local);
  return code.op(OP.globalGet, index).op(OP.callRef, targetType).op(OP.call, done).end().finish();
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
function checkpointBody(meter: number, check: number, yields: number, resume: number): Uint8Array {
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

function typeItem({ params, results }: CoreFuncType): Uint8Array {
  const writer = new Writer().u8(0x60);
  for (const types of [params, results]) {
    writer.u32(types.length).raw(Uint8Array.from(types, (one) => VALUE_TYPE[one]));
  }
  return writer.finish();
}

function importItem(name: string, type: number): Uint8Array {
  return new Writer().name(SHIM_IMPORTS).name(name).u8(KIND.func).u32(type).finish();
}

/** A mutable reference to a function of this type, null at first. */
function targetItem(type: number): Uint8Array {
  return new CodeWriter().u8(NULLABLE_REF).s32(type).u8(1).op(OP.refNull).s32(type).end().finish();
}

function exportItem(name: string, kind: number, index: number): Uint8Array {
  return new Writer().name(name).u8(kind).u32(index).finish();
}

function vector(items: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer().u32(items.length);
  for (const item of items) writer.raw(item);
  return writer.finish();
}
