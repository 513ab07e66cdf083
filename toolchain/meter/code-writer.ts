// A Writer that speaks instructions: the few that the meter inserts, under their names, so
// that the inserted code can be read where it is written.

import { OP } from '../wasm/opcodes.ts';
import { Writer } from '../wasm/writer.ts';

const EMPTY_BLOCK = 0x40;

export class CodeWriter extends Writer {
  /** An instruction with the indices that follow it. */
  op(opcode: number, ...indices: readonly number[]): this {
    if (opcode > 0xff) this.u8(opcode >>> 16).u32(opcode & 0xffff);
    else this.u8(opcode);
    for (const index of indices) this.u32(index);
    return this;
  }

  get(local: number): this {
    return this.op(OP.localGet, local);
  }

  set(local: number): this {
    return this.op(OP.localSet, local);
  }

  const(value: number): this {
    return this.op(OP.i32Const).s32(value);
  }

  /** `if` without a result; close it with `end()`. */
  if(): this {
    return this.op(OP.if).u8(EMPTY_BLOCK);
  }

  block(): this {
    return this.op(OP.block).u8(EMPTY_BLOCK);
  }

  loop(): this {
    return this.op(OP.loop).u8(EMPTY_BLOCK);
  }

  end(): this {
    return this.op(OP.end);
  }
}
