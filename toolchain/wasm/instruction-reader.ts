// Walks the instructions of one function body. The module has passed the engine's validation,
// so this skips rather than checks; it refuses instructions that are not in opcodes.ts.
// One object is moved along instead of one made per instruction: bodies have millions.
// Spec: WebAssembly core, binary format, "Instructions".

import { unsupported } from '../refusal.ts';
import { type Immediates, immediatesOf, opcodeKey, PREFIXES } from './opcodes.ts';

export class InstructionReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  /** Offset in the file of the module's first byte. */
  readonly #base: number;
  #next: number;
  /** Where the present instruction begins in the module's bytes. */
  start = 0;
  /** As in opcodes.ts. */
  opcode = 0;
  /** The first index that follows, such as a function's or a memory's; 0 where none does. */
  index = 0;
  /** The second one. */
  index2 = 0;
  /** Where `br_table` may go, or the handlers of `try_table` are: labels, counted from the inside. */
  labels: number[] = [];

  constructor(bytes: Uint8Array, start: number, end: number, base: number) {
    this.#bytes = bytes;
    this.#next = start;
    this.#end = end;
    this.#base = base;
  }

  /** Where the instruction after the present one begins. */
  get end(): number {
    return this.#next;
  }

  /** The first byte of the instruction after the present one; undefined at the end of the body. */
  peek(): number | undefined {
    return this.#next < this.#end ? this.#bytes[this.#next] : undefined;
  }

  /** Moves to the next instruction; false at the end of the body. @throws Refusal `unsupported` */
  next(): boolean {
    if (this.#next >= this.#end) return false;
    this.start = this.#next;
    const first = this.#bytes[this.#next++] as number;
    this.opcode = PREFIXES.has(first) ? opcodeKey(first, this.#u32()) : first;
    this.index = 0;
    this.index2 = 0;
    this.#skip(immediatesOf(this.opcode) ?? this.#unknown());
    return true;
  }

  /** The local variable groups at the start of a body: how many there are, and where the code begins. */
  locals(): { groups: number; count: number; groupsStart: number } {
    const groups = this.#u32();
    const groupsStart = this.#next;
    let count = 0;
    for (let i = 0; i < groups; i += 1) {
      count += this.#u32();
      this.#valueType();
    }
    return { groups, count, groupsStart };
  }

  #unknown(): never {
    const hex = this.opcode.toString(16).padStart(2, '0');
    return unsupported(this.#base + this.start, `The core instruction 0x${hex} is not supported`);
  }

  #skip(immediates: Immediates): void {
    switch (immediates) {
      case 'none':
        return;
      case 'block':
      case 'heap':
        this.#valueType();
        return;
      case 'index':
        this.index = this.#u32();
        return;
      case 'index2':
        this.index = this.#u32();
        this.index2 = this.#u32();
        return;
      case 'branches':
        this.labels = [];
        for (let left = this.#u32(); left >= 0; left -= 1) this.labels.push(this.#u32());
        return;
      case 'catches':
        this.#valueType();
        this.labels = [];
        for (let left = this.#u32(); left > 0; left -= 1) {
          const kind = this.#bytes[this.#next++] as number;
          if (kind < 2) this.#leb();
          this.labels.push(this.#u32());
        }
        return;
      case 'types':
        for (let left = this.#u32(); left > 0; left -= 1) this.#valueType();
        return;
      case 'cast':
        this.#next += 1;
        this.index = this.#u32();
        this.#valueType();
        this.#valueType();
        return;
      case 'memory':
        this.#memoryArgument();
        return;
      case 'memory+lane':
        this.#memoryArgument();
        this.#next += 1;
        return;
      case 'number':
        this.#leb();
        return;
      case 'lane':
      case 'bytes1':
        this.#next += 1;
        return;
      case 'bytes4':
        this.#next += 4;
        return;
      case 'bytes8':
        this.#next += 8;
        return;
      case 'bytes16':
        this.#next += 16;
        return;
    }
  }

  /** A block type, heap type or value type: one LEB128 number, or a reference prefix and one. */
  #valueType(): void {
    const byte = this.#bytes[this.#next] as number;
    if (byte === 0x63 || byte === 0x64) this.#next += 1;
    this.#leb();
  }

  /** Bit 6 of the alignment says that a memory's index follows. */
  #memoryArgument(): void {
    if ((this.#u32() & 0x40) !== 0) this.index = this.#u32();
    this.#leb();
  }

  #leb(): void {
    while ((this.#bytes[this.#next++] as number) >= 0x80);
  }

  #u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#next++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
}
