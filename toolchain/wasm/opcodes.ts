// The instructions of core WebAssembly that we know, and what follows each opcode: data, not
// code. What is not in here is refused. Single-byte opcodes are their own key; behind the
// prefixes 0xfc, 0xfd and 0xfe the key is `prefix << 16 | number`.
// Spec: WebAssembly core 3.0, binary format, "Instructions", with legacy exceptions and relaxed SIMD.

/** What follows an opcode. `index` and `index2` are LEB128 numbers that the reader keeps. */
export type Immediates =
  | 'none'
  | 'block'
  | 'index'
  | 'index2'
  | 'branches'
  | 'catches'
  | 'types'
  | 'heap'
  | 'cast'
  | 'memory'
  | 'lane'
  | 'memory+lane'
  | 'number'
  | 'bytes1'
  | 'bytes4'
  | 'bytes8'
  | 'bytes16';

export const OP = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  try: 0x06,
  catch: 0x07,
  throw: 0x08,
  rethrow: 0x09,
  throwRef: 0x0a,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  returnCall: 0x12,
  returnCallIndirect: 0x13,
  callRef: 0x14,
  returnCallRef: 0x15,
  delegate: 0x18,
  catchAll: 0x19,
  drop: 0x1a,
  select: 0x1b,
  tryTable: 0x1f,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableGet: 0x25,
  tableSet: 0x26,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  f32Const: 0x43,
  f64Const: 0x44,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtU: 0x4b,
  i32LeU: 0x4d,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32And: 0x71,
  i32Shl: 0x74,
  i32ShrU: 0x76,
  refNull: 0xd0,
  refFunc: 0xd2,
  brOnNull: 0xd5,
  brOnNonNull: 0xd6,
  brOnCast: 0xfb0018,
  brOnCastFail: 0xfb0019,
  memoryInit: 0xfc0008,
  dataDrop: 0xfc0009,
  memoryCopy: 0xfc000a,
  memoryFill: 0xfc000b,
  tableInit: 0xfc000c,
  elemDrop: 0xfc000d,
  tableCopy: 0xfc000e,
  tableGrow: 0xfc000f,
  tableSize: 0xfc0010,
  tableFill: 0xfc0011,
} as const;

/** Prefixes; the number after them is LEB128. */
export const PREFIXES: ReadonlySet<number> = new Set([0xfb, 0xfc, 0xfd, 0xfe]);

export function opcodeKey(prefix: number, number: number): number {
  return (prefix << 16) | number;
}

const KNOWN = new Map<number, Immediates>();

function add(
  immediates: Immediates,
  ...keys: readonly (number | readonly [from: number, to: number])[]
): void {
  for (const key of keys) {
    const [from, to] = typeof key === 'number' ? [key, key] : key;
    for (let one = from; one <= to; one += 1) KNOWN.set(one, immediates);
  }
}

// Control
add('none', 0x00, 0x01, 0x05, 0x0a, 0x0b, 0x0f, 0x19, 0x1a, 0x1b);
add('block', 0x02, 0x03, 0x04, 0x06);
add('index', 0x07, 0x08, 0x09, 0x0c, 0x0d, 0x10, 0x12, 0x14, 0x15, 0x18);
add('index2', 0x11, 0x13);
add('branches', 0x0e);
add('types', 0x1c);
add('catches', 0x1f);
// Variables, tables, references
add('index', [0x20, 0x26], 0xd2, 0xd5, 0xd6);
add('heap', 0xd0);
add('none', 0xd1, 0xd3, 0xd4);
// Memory and numbers
add('memory', [0x28, 0x3e]);
add('index', 0x3f, 0x40);
add('number', 0x41, 0x42);
add('bytes4', 0x43);
add('bytes8', 0x44);
add('none', [0x45, 0xc4]);
// Garbage collection: only what allocates nothing
add('heap', [0xfb0014, 0xfb0017]);
add('cast', 0xfb0018, 0xfb0019);
add('none', [0xfb001a, 0xfb001e]);
// Saturating conversions, bulk operations, wide arithmetic
add('none', [0xfc0000, 0xfc0007]);
add('index2', 0xfc0008, 0xfc000a, 0xfc000c, 0xfc000e);
add('index', 0xfc0009, 0xfc000b, 0xfc000d, 0xfc000f, 0xfc0010, 0xfc0011);
add('none', [0xfc0013, 0xfc0016]);
// SIMD, relaxed SIMD
add('none', [0xfd000e, 0xfd0113]);
add('memory', [0xfd0000, 0xfd000b], 0xfd005c, 0xfd005d);
add('bytes16', 0xfd000c, 0xfd000d);
add('lane', [0xfd0015, 0xfd0022]);
add('memory+lane', [0xfd0054, 0xfd005b]);
// Atomics; waiting (0xfe01, 0xfe02) would hold the thread
add('memory', 0xfe0000, [0xfe0010, 0xfe004e]);
add('bytes1', 0xfe0003);

/** One of these can take as long as a thousand other instructions. */
export const BULK_OPERATIONS: ReadonlySet<number> = new Set([
  OP.memoryInit,
  OP.memoryCopy,
  OP.memoryFill,
  OP.memoryGrow,
  OP.tableInit,
  OP.tableCopy,
  OP.tableGrow,
  OP.tableFill,
]);

/** What follows an opcode; undefined for one that we do not know or do not let through. */
export function immediatesOf(key: number): Immediates | undefined {
  return KNOWN.get(key);
}
