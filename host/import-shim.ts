// The small wasm module that stands between a guest and every import. Step 8 of the request
// path. For each import it has one function of the same signature:
//
//   block $caught
//     try_table (catch_all $caught)
//       local.get 0 ..  call $import          ;; JavaScript
//       call $resume  if unreachable end      ;; only for imports that may wait
//       return
//     end
//   end
//   unreachable
//
// So whatever goes wrong in JavaScript ends in a trap, which no guest can catch, and the first
// thing that happens when a guest runs again after a wait is a question to the host: may it?
// RATIONALE.md "Why does a trap go through wasm?". Knows nothing of components.

import type { CoreFuncType, CoreValType } from '../abi/canonical/types.ts';
import { Writer } from '../toolchain/wasm/writer.ts';

export interface ShimFunction {
  readonly type: CoreFuncType;
  readonly waits: boolean;
}

/** Import module of the host's functions: `0`, `1`, .. in order, and `resume: () -> i32` (1: stop). */
export const SHIM_IMPORTS = 'host';

const VALUE_TYPE: Record<CoreValType, number> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const OP = {
  unreachable: 0x00,
  block: 0x02,
  if: 0x04,
  end: 0x0b,
  return: 0x0f,
  call: 0x10,
  tryTable: 0x1f,
  localGet: 0x20,
} as const;
const EMPTY = 0x40;
const CATCH_ALL = 0x02;
const FUNC = 0x00;

/** The module's bytes. Its exports are named `0`, `1`, .. in the order of `functions`. */
export function importShim(functions: readonly ShimFunction[]): Uint8Array {
  const resumeIndex = functions.length;
  const resumeType: CoreFuncType = { params: [], results: ['i32'] };
  return new Writer()
    .raw(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00))
    .section(SECTION.type, vector([...functions.map((one) => one.type), resumeType], writeType))
    .section(
      SECTION.import,
      vector([...functions.keys(), resumeIndex], (writer, index) => {
        const name = index === resumeIndex ? 'resume' : String(index);
        writer.name(SHIM_IMPORTS).name(name).u8(FUNC).u32(index);
      }),
    )
    .section(
      SECTION.function,
      vector([...functions.keys()], (writer, index) => writer.u32(index)),
    )
    .section(
      SECTION.export,
      vector([...functions.keys()], (writer, index) => {
        writer
          .name(String(index))
          .u8(FUNC)
          .u32(resumeIndex + 1 + index);
      }),
    )
    .section(
      SECTION.code,
      vector([...functions.keys()], (writer, index) => {
        const code = body(functions[index] as ShimFunction, index, resumeIndex);
        writer.u32(code.length).raw(code);
      }),
    )
    .finish();
}

function body(shim: ShimFunction, importIndex: number, resumeIndex: number): Uint8Array {
  const writer = new Writer().u32(0);
  writer.u8(OP.block).u8(EMPTY);
  writer.u8(OP.tryTable).u8(EMPTY).u32(1).u8(CATCH_ALL).u32(0);
  for (const local of shim.type.params.keys()) writer.u8(OP.localGet).u32(local);
  writer.u8(OP.call).u32(importIndex);
  if (shim.waits) {
    writer.u8(OP.call).u32(resumeIndex);
    writer.u8(OP.if).u8(EMPTY).u8(OP.unreachable).u8(OP.end);
  }
  writer.u8(OP.return);
  return writer.u8(OP.end).u8(OP.end).u8(OP.unreachable).u8(OP.end).finish();
}

function writeType(writer: Writer, type: CoreFuncType): void {
  writer.u8(0x60);
  writer.u32(type.params.length).raw(Uint8Array.from(type.params, (one) => VALUE_TYPE[one]));
  writer.u32(type.results.length).raw(Uint8Array.from(type.results, (one) => VALUE_TYPE[one]));
}

function vector<T>(items: readonly T[], write: (writer: Writer, item: T) => void): Uint8Array {
  const writer = new Writer().u32(items.length);
  for (const item of items) write(writer, item);
  return writer.finish();
}
