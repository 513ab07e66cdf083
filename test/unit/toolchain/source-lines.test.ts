// Lines of the source, from what a compiler leaves for debuggers, through the code that the meter has moved.

import { describe, expect, test } from 'vitest';
import { guestFrames } from '../../../host/guest-stack.ts';
import { importShim } from '../../../host/import-shim.ts';
import type { CopiedCode } from '../../../toolchain/meter/insert.ts';
import { CHECKPOINT_EXPORT, FUEL_EXPORT } from '../../../toolchain/meter/names.ts';
import { rewriteModule } from '../../../toolchain/rewrite.ts';
import { CodeMap } from '../../../toolchain/symbols/code-map.ts';
import { LineTable } from '../../../toolchain/symbols/line-table.ts';
import {
  debugSectionsOf,
  moduleName,
  SOURCE_MAP_SECTION,
  SOURCE_MAP_URL,
  symbolsOf,
} from '../../../toolchain/symbols/module-symbols.ts';
import { nameModule } from '../../../toolchain/symbols/name-module.ts';
import { SourceLines } from '../../../toolchain/symbols/source-lines.ts';
import { readModule, SECTION } from '../../../toolchain/wasm/module.ts';
import { Writer } from '../../../toolchain/wasm/writer.ts';
import { wat } from './wat.ts';

const NONE = new Uint8Array();
const text = (value: string) => new Writer().raw(new TextEncoder().encode(value)).u8(0).finish();
const le = (value: number, bytes: number) =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);

/** Rows by standard opcodes: an address and a line each, in two files, in one sequence. */
function program(rows: readonly [address: number, line: number][], file = 1): Uint8Array {
  const writer = new Writer();
  let [at, line] = [rows[0]?.[0] ?? 0, 1];
  writer.u8(0).u8(5).u8(2).raw(le(at, 4)).u8(4).u32(file);
  for (const [address, of] of rows) {
    writer
      .u8(2)
      .u32(address - at)
      .u8(3)
      .s32(of - line)
      .u8(1);
    [at, line] = [address, of];
  }
  return writer.u8(2).u32(4).u8(0).u8(1).u8(1).finish();
}

const COMMON = [1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

function version4(body: Uint8Array): Uint8Array {
  const tables = new Writer()
    .raw(text('src'))
    .u8(0)
    .raw(text('lib.rs'))
    .u32(1)
    .u32(0)
    .u32(0)
    .raw(text('/abs/other.rs'))
    .u32(0)
    .u32(0)
    .u32(0)
    .u8(0)
    .finish();
  const header = new Writer().raw(Uint8Array.from(COMMON)).raw(tables).finish();
  return unit(new Writer().raw(le(4, 2)).raw(le(header.length, 4)).raw(header).raw(body).finish());
}

function version5(body: Uint8Array): Uint8Array {
  // One directory by a string of its own, two files by references into .debug_line_str.
  const tables = new Writer().u8(1).u32(1).u32(8).u32(1).raw(text('src'));
  tables.u8(2).u32(1).u32(0x1f).u32(2).u32(0xb).u32(2);
  tables.raw(le(0, 4)).u8(0).raw(le(4, 4)).u8(0);
  const header = new Writer().raw(Uint8Array.from(COMMON)).raw(tables.finish()).finish();
  const start = new Writer().raw(le(5, 2)).u8(4).u8(0).raw(le(header.length, 4));
  return unit(start.raw(header).raw(body).finish());
}

function unit(contents: Uint8Array): Uint8Array {
  return new Writer().raw(le(contents.length, 4)).raw(contents).finish();
}

const placed = (table: LineTable, address: number) => {
  const place = table.placeOf(address);
  return place === null ? null : `${place.file}:${place.line}`;
};

describe('LineTable', () => {
  const rows = program([
    [10, 3],
    [14, 7],
    [20, 5],
  ]);

  test.each([
    ['4', version4(rows), NONE],
    ['5', version5(rows), new TextEncoder().encode('a.c\0lib.rs\0')],
  ])('reads version %s', (_, line, lineStrings) => {
    const table = new LineTable({ line, lineStrings, strings: NONE });
    const at = (address: number) => placed(table, address);
    expect([9, 10, 13, 14, 19, 20, 23, 24].map(at)).toEqual([
      null,
      'src/lib.rs:3',
      'src/lib.rs:3',
      'src/lib.rs:7',
      'src/lib.rs:7',
      'src/lib.rs:5',
      'src/lib.rs:5',
      null,
    ]);
  });

  test('reads one unit after the other, and opcodes that move address and line at once', () => {
    // Opcode 13 + 14 * 2 + (1 + 5): two addresses and one line further.
    const special = new Writer()
      .u8(0)
      .u8(5)
      .u8(2)
      .raw(le(100, 4))
      .u8(1)
      .u8(13 + 28 + 6)
      .u8(0)
      .u8(1)
      .u8(1);
    const line = new Writer().raw(version4(rows)).raw(version4(special.finish())).finish();
    const table = new LineTable({ line, lineStrings: NONE, strings: NONE });
    expect([placed(table, 10), placed(table, 101)]).toEqual(['src/lib.rs:3', 'src/lib.rs:1']);
  });

  test('leaves alone what the linker has left out, and names whole paths as they are', () => {
    const line = new Writer()
      .raw(version4(program([[0, 9]])))
      .raw(version4(program([[8, 2]], 2)))
      .finish();
    const table = new LineTable({ line, lineStrings: NONE, strings: NONE });
    expect([placed(table, 1), placed(table, 8)]).toEqual([null, '/abs/other.rs:2']);
  });

  test('stops at what makes no sense, and keeps what it has', () => {
    const good = version4(rows);
    for (let end = 0; end < good.length; end++) {
      const line = new Writer()
        .raw(version4(program([[500, 4]])))
        .raw(good.subarray(0, end))
        .finish();
      expect(placed(new LineTable({ line, lineStrings: NONE, strings: NONE }), 500)).toBe('src/lib.rs:4');
    }
    let seed = 1;
    for (let round = 0; round < 2_000; round++) {
      const line = Uint8Array.from(good);
      for (let i = 0; i < 4; i++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
        line[seed % line.length] = seed >>> 16;
      }
      expect(() => new LineTable({ line, lineStrings: NONE, strings: NONE }).placeOf(14)).not.toThrow();
    }
  });
});

describe('CodeMap', () => {
  test('leads back through what was put in between', () => {
    const map = new CodeMap([
      { at: 10, from: 5 },
      { at: 30, from: 12 },
    ]);
    expect([9, 10, 15, 17, 29, 30, 33].map((at) => map.originalOf(at))).toEqual([
      null,
      5,
      10,
      12,
      12,
      12,
      15,
    ]);
  });
});

describe('a trap', () => {
  test('is placed on the line of its instruction, wherever the meter has moved that', async () => {
    const source = `(module
      (func $deep (param i32)
        (loop $l (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $l (local.get 0)))
        (nop) unreachable)
      (func (export "go")
        (loop $l (memory.fill (i32.const 0) (i32.const 0) (i32.const 8)))
        (nop) (call $deep (i32.const 3)))
      (memory 1))`;
    const plain = await wat(source);
    const module = readModule(plain, 0);
    const code = module.sections.find(({ id }) => id === SECTION.code)?.start as number;
    // The places of `unreachable` and of `call`: each after a `nop`, which stands nowhere else.
    const nops = module.bodies.map(({ start, end }) => lastNop(plain, start, end));
    const [deep, call] = nops.map((nop) => nop - code);
    const line = version4(
      program([
        [(deep as number) - 1, 1],
        [(deep as number) + 1, 4],
        [(call as number) + 1, 7],
      ]),
    );
    const custom = new Writer().name('.debug_line').raw(line).finish();
    const bytes = new Writer().raw(plain).section(SECTION.custom, custom).finish();
    expect(placesOf(bytes)).toEqual(['deep src/lib.rs:4', 'go src/lib.rs:7']);
  });
});

describe('a source map in the module', () => {
  const source = '(module (func $go (export "go") unreachable))';

  test("tells the line, and a name in it is the guest's", async () => {
    const plain = await wat(source);
    // Behind the number of its locals.
    const code = (readModule(plain, 0).bodies[0]?.start as number) + 1;
    const json = { version: 3, sources: ['a\n<b>.ts'], names: [], mappings: `${vlq(code)}AEA` };
    expect(placesOf(withMap(plain, JSON.stringify(json)))).toEqual(['go a\\n<b>.ts:3']);
  });

  test.each([
    ['', 'is no JSON'],
    ['null', 'is no object'],
    ['{"version":3,"sources":["a.ts"],"names":[],"mappings":"!!!!"}', 'has no such digits'],
    ['{"version":3,"sources":[7],"names":[],"mappings":"AAAA"}', 'has a source that is no string'],
    ['{"version":3,"sources":[],"names":[],"mappings":"AAAA"}', 'has no source'],
    ['{"version":3,"sources":["a.ts"],"names":[],"mappings":"AAAgggggg"}', 'breaks off'],
  ])('%s tells none: it %s', async (json) => {
    const [place] = placesOf(withMap(await wat(source), json));
    expect(place).toMatch(/^go (null|a\.ts:-?\d+)$/);
  });
});

function withMap(plain: Uint8Array, json: string): Uint8Array {
  const url = SOURCE_MAP_URL + Buffer.from(json).toString('base64');
  const section = new Writer().name(SOURCE_MAP_SECTION).name(url).finish();
  return new Writer().raw(plain).section(SECTION.custom, section).finish();
}

/** A number of a source map's mappings. */
function vlq(value: number): string {
  const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let [text, rest] = ['', value * 2];
  for (; rest > 31; rest >>>= 5) text += digits[(rest & 31) | 32];
  return text + digits[rest];
}

function lastNop(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end - 1; at > start; at--) {
    const next = bytes[at + 1];
    if (bytes[at] === 0x01 && (next === 0x00 || next === 0x41)) return at;
  }
  throw new Error('There is no nop');
}

/** Runs the export `go` of the rewritten module until it traps. */
function placesOf(bytes: Uint8Array): string[] {
  const module = readModule(bytes, 0);
  const copied: CopiedCode[] = [];
  const result = rewriteModule(module, 0, copied);
  if ('findings' in result) throw new Error(JSON.stringify(result.findings));
  const named = nameModule(result.bytes, moduleName(0)) as Uint8Array<ArrayBuffer>;
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(named), {
    'wheeler:memory': { 0: memory },
  });
  const { exports } = instance;
  const shim = importShim({ imports: [], exports: [], meters: 1 });
  const nothing = () => 0;
  const host = { resume: nothing, check: () => 1_000, yield: nothing, done: nothing };
  const shimmed = new WebAssembly.Instance(new WebAssembly.Module(shim as Uint8Array<ArrayBuffer>), { host });
  (exports[FUEL_EXPORT] as WebAssembly.Global).value = 1_000_000;
  (exports[CHECKPOINT_EXPORT] as WebAssembly.Global).value = shimmed.exports.checkpoint0;
  const sections = debugSectionsOf(module);
  if (sections === null) throw new Error('There is no debug information');
  const lines = [new SourceLines(named, { copied, sections })];
  try {
    (exports.go as () => void)();
  } catch (error) {
    const frames = guestFrames(error, { modules: [symbolsOf(module)], lines });
    return frames.map((frame) => `${frame.function} ${frame.place}`);
  }
  throw new Error('It did not trap');
}
