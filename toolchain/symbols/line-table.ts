// From an address in a module's code to the line of the source, as compilers leave it in `.debug_line`.
// Nothing vouches for what stands there: reading stops at the first thing that makes no sense, and
// what was read until then is used.
// Spec: DWARF 4 and 5, section 6.2 "Line Number Information"; WebAssembly's code section is the only segment.

import { findingOf } from '../refusal.ts';
import { Reader } from '../wasm/reader.ts';

export interface DebugSections {
  readonly line: Uint8Array;
  /** What version 5 keeps names in; empty where there is none. */
  readonly lineStrings: Uint8Array;
  readonly strings: Uint8Array;
}

export interface Place {
  readonly file: string;
  readonly line: number;
}

interface Row {
  readonly address: number;
  /** Null where a sequence ends: what follows belongs to nothing. */
  readonly place: Place | null;
}

const ROWS_MAX = 4_000_000;
const FORM = { string: 0x08, lineStrp: 0x1f, strp: 0x0e, udata: 0x0f, data16: 0x1e, block: 0x09 } as const;
const FIXED_FORMS = new Map([
  [0x0b, 1],
  [0x05, 2],
  [0x06, 4],
  [0x07, 8],
]);
const CONTENT_PATH = 1;
const CONTENT_DIRECTORY = 2;

export class LineTable {
  readonly #rows: Row[] = [];

  constructor(sections: DebugSections) {
    const reader = new Reader(sections.line);
    findingOf(() => {
      while (!reader.done) {
        const length = u32le(reader);
        new LineProgram(reader.take(length), sections, this.#rows).run();
      }
    });
    this.#rows.sort((a, b) => a.address - b.address || Number(a.place !== null) - Number(b.place !== null));
  }

  /** @param address counted from the first byte of the code section's contents */
  placeOf(address: number): Place | null {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#rows[middle] as Row).address <= address) low = middle + 1;
      else high = middle;
    }
    return this.#rows[low - 1]?.place ?? null;
  }
}

interface FileEntry {
  readonly name: string;
  readonly directory: number;
}

/** One compilation unit's. */
class LineProgram {
  readonly #reader: Reader;
  readonly #sections: DebugSections;
  readonly #rows: Row[];
  #directories: readonly string[] = [];
  #files: readonly FileEntry[] = [];
  #version = 0;

  constructor(reader: Reader, sections: DebugSections, rows: Row[]) {
    this.#reader = reader;
    this.#sections = sections;
    this.#rows = rows;
  }

  run(): void {
    const reader = this.#reader;
    this.#version = u16le(reader);
    if (this.#version < 2 || this.#version > 5) return;
    if (this.#version === 5) reader.skip(2); // sizes of addresses and selectors
    const headerLength = u32le(reader);
    const program = reader.position + headerLength;
    const minLength = reader.u8();
    if (this.#version >= 4) reader.skip(1); // operations per instruction: 1 but for VLIW
    reader.skip(1); // whether rows begin as statements
    const lineBase = (reader.u8() << 24) >> 24;
    const lineRange = reader.u8();
    const opcodeBase = reader.u8();
    const lengths = Array.from({ length: opcodeBase - 1 }, () => reader.u8());
    if (this.#version === 5) this.#readTables();
    else this.#readLists();
    reader.skip(program - reader.position);
    if (lineRange > 0) this.#perform({ minLength, lineBase, lineRange, opcodeBase, lengths });
  }

  #perform(header: {
    readonly minLength: number;
    readonly lineBase: number;
    readonly lineRange: number;
    readonly opcodeBase: number;
    readonly lengths: readonly number[];
  }): void {
    const { minLength, lineBase, lineRange, opcodeBase, lengths } = header;
    const reader = this.#reader;
    let [address, file, line] = [0, 1, 1];
    /** Linkers move code that they leave out to address 0, or to the end of the address space. */
    let isLive = true;
    let sequence: Row[] = [];
    const row = (place: Place | null) => {
      if (isLive && this.#rows.length + sequence.length < ROWS_MAX) sequence.push({ address, place });
    };
    while (!reader.done) {
      const opcode = reader.u8();
      if (opcode >= opcodeBase) {
        const adjusted = opcode - opcodeBase;
        address += minLength * Math.floor(adjusted / lineRange);
        line += lineBase + (adjusted % lineRange);
        row(this.#place(file, line));
        continue;
      }
      switch (opcode) {
        case 0: {
          const extended = reader.take(reader.u32());
          const kind = extended.u8();
          if (kind === 1) {
            row(null);
            for (const one of sequence) this.#rows.push(one);
            sequence = [];
            [address, file, line, isLive] = [0, 1, 1, true];
          } else if (kind === 2) {
            address = extended.remaining >= 8 ? Number(u64le(extended)) : u32le(extended);
            isLive = address > 0 && address < 0xffff_fff0;
          }
          break;
        }
        case 1:
          row(this.#place(file, line));
          break;
        case 2:
          address += minLength * reader.u32();
          break;
        case 3:
          line += reader.s32();
          break;
        case 4:
          file = reader.u32();
          break;
        case 8:
          address += minLength * Math.floor((255 - opcodeBase) / lineRange);
          break;
        case 9:
          address += u16le(reader);
          break;
        default:
          for (let i = 0; i < (lengths[opcode - 1] ?? 0); i++) reader.u64();
      }
    }
  }

  #place(file: number, line: number): Place | null {
    const entry = this.#files[this.#version === 5 ? file : file - 1];
    if (entry === undefined || line < 1) return null;
    // Of versions before 5, directory 0 is where the compiler ran, and is not named.
    const directory = this.#directories[this.#version === 5 ? entry.directory : entry.directory - 1] ?? '';
    const isWhole = directory === '' || entry.name.startsWith('/');
    return { file: isWhole ? entry.name : `${directory}/${entry.name}`, line };
  }

  #readLists(): void {
    const reader = this.#reader;
    const directories: string[] = [];
    const files: FileEntry[] = [];
    for (let name = cString(reader); name !== ''; name = cString(reader)) directories.push(name);
    for (let name = cString(reader); name !== ''; name = cString(reader)) {
      files.push({ name, directory: reader.u32() });
      reader.u64(); // time of change
      reader.u64(); // length
    }
    this.#directories = directories;
    this.#files = files;
  }

  #readTables(): void {
    this.#directories = this.#readTable().map(({ name }) => name);
    this.#files = this.#readTable();
  }

  #readTable(): FileEntry[] {
    const reader = this.#reader;
    const formats = Array.from({ length: reader.u8() }, () => [reader.u32(), reader.u32()] as const);
    const count = reader.u32();
    const entries: FileEntry[] = [];
    if (formats.length === 0) return entries;
    for (let i = 0; i < count; i++) {
      let [name, directory] = ['', 0];
      for (const [content, form] of formats) {
        const value = this.#form(form);
        if (content === CONTENT_PATH) name = String(value);
        else if (content === CONTENT_DIRECTORY) directory = Number(value);
      }
      entries.push({ name, directory });
    }
    return entries;
  }

  #form(form: number): string | number {
    const reader = this.#reader;
    switch (form) {
      case FORM.string:
        return cString(reader);
      case FORM.lineStrp:
        return cString(new Reader(this.#sections.lineStrings, u32le(reader)));
      case FORM.strp:
        return cString(new Reader(this.#sections.strings, u32le(reader)));
      case FORM.udata:
        return reader.u32();
      case FORM.data16:
        reader.skip(16);
        return 0;
      case FORM.block:
        reader.skip(reader.u32());
        return 0;
    }
    let value = 0;
    const bytes = FIXED_FORMS.get(form) ?? 0;
    for (let i = 0; i < bytes; i++) value += reader.u8() * 256 ** i;
    return value;
  }
}

const utf8 = new TextDecoder();

function cString(reader: Reader): string {
  const end = reader.bytes.indexOf(0, reader.position);
  const text = reader.take((end === -1 ? reader.end : end) - reader.position);
  if (end !== -1) reader.skip(1);
  return utf8.decode(text.bytes.subarray(text.position, text.end));
}

function u16le(reader: Reader): number {
  return reader.u8() + reader.u8() * 0x100;
}

function u32le(reader: Reader): number {
  return u16le(reader) + u16le(reader) * 0x1_0000;
}

function u64le(reader: Reader): bigint {
  return BigInt(u32le(reader)) + (BigInt(u32le(reader)) << 32n);
}
