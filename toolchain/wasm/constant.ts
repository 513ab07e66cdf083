// Constant expressions: what globals begin with. They are stepped over, never evaluated; the
// engine has validated them.
// Spec: WebAssembly core, "Constant Expressions".

import { unsupported } from '../refusal.ts';
import type { Reader } from './reader.ts';

/** Skips a constant expression and its end. */
export function skipConstant(reader: Reader): void {
  for (;;) {
    const offset = reader.offset;
    const opcode = reader.u8();
    switch (opcode) {
      case 0x0b:
        return;
      case 0x23: // global.get
      case 0xd2: // ref.func
        reader.u32();
        break;
      case 0x41:
        reader.s32();
        break;
      case 0x42:
        reader.s64();
        break;
      case 0x43:
        reader.skip(4);
        break;
      case 0x44:
        reader.skip(8);
        break;
      case 0xd0: // ref.null
        reader.s33();
        break;
      case 0xfd: // v128.const
        if (reader.u32() !== 0x0c) unsupported(offset, 'Unknown vector instruction in a constant');
        reader.skip(16);
        break;
      case 0x6a: // add, sub and mul of i32 and i64
      case 0x6b:
      case 0x6c:
      case 0x7c:
      case 0x7d:
      case 0x7e:
        break;
      default:
        unsupported(offset, `Instruction 0x${opcode.toString(16)} in a constant is not supported`);
    }
  }
}
