// The types of core modules that we link, and how they are read and written: values, functions,
// tables, memories, globals, tags. References to types of the module itself, and everything of
// the garbage collection proposal, are refused: the meter could not account for such memory.
// Spec: WebAssembly core, binary format, "Types".

import { malformed, unsupported } from '../refusal.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

export type RefType = 'funcref' | 'externref' | 'exnref';
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128' | RefType;

export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

/** In elements or in pages of 64 KiB. */
export interface Limits {
  readonly min: number;
  readonly max: number | null;
}

export interface TableType {
  readonly element: RefType;
  readonly limits: Limits;
}

export interface GlobalType {
  readonly value: ValueType;
  readonly mutable: boolean;
}

/** What a module imports or exports. `type` of a tag is the function type of what it carries. */
export type ExternType =
  | { readonly kind: 'func'; readonly type: FunctionType }
  | { readonly kind: 'table'; readonly type: TableType }
  | { readonly kind: 'memory'; readonly type: Limits }
  | { readonly kind: 'global'; readonly type: GlobalType }
  | { readonly kind: 'tag'; readonly type: FunctionType };

export type ExternKind = ExternType['kind'];

/** In the order of their codes, 0 to 4. */
export const EXTERN_KINDS: readonly ExternKind[] = ['func', 'table', 'memory', 'global', 'tag'];

const VALUE_TYPES: ReadonlyMap<number, ValueType> = new Map<number, ValueType>([
  [0x7f, 'i32'],
  [0x7e, 'i64'],
  [0x7d, 'f32'],
  [0x7c, 'f64'],
  [0x7b, 'v128'],
  [0x70, 'funcref'],
  [0x6f, 'externref'],
  [0x69, 'exnref'],
]);

const VALUE_CODES = new Map([...VALUE_TYPES].map(([code, type]) => [type, code]));

/** Codes of reference types that only the garbage collection and typed references proposals have. */
function isOtherReference(code: number): boolean {
  return code === 0x63 || code === 0x64 || (code >= 0x68 && code <= 0x74);
}

export function readValueType(reader: Reader): ValueType {
  const offset = reader.offset;
  const code = reader.u8();
  const type = VALUE_TYPES.get(code);
  if (type !== undefined) return type;
  if (isOtherReference(code)) {
    unsupported(
      offset,
      'Core reference types other than funcref, externref and exnref (garbage collection) are not supported',
    );
  }
  return malformed(offset, `Unknown core value type 0x${code.toString(16)}`);
}

function readRefType(reader: Reader): RefType {
  const offset = reader.offset;
  const type = readValueType(reader);
  if (type === 'funcref' || type === 'externref' || type === 'exnref') return type;
  return malformed(offset, `A reference type is needed here, not ${type}`);
}

/** After the code 0x60. */
export function readFunctionType(reader: Reader): FunctionType {
  const params = reader.list(1000, 'parameters', () => readValueType(reader));
  const results = reader.list(1000, 'results', () => readValueType(reader));
  return { params, results };
}

export function writeValueType(writer: Writer, type: ValueType): void {
  writer.u8(VALUE_CODES.get(type)!);
}

export function writeRefType(writer: Writer, type: RefType): void {
  writer.u8(VALUE_CODES.get(type)!);
}

/** Limits of a table or memory; `what` names it in messages. */
export function readLimits(reader: Reader, what: 'Tables' | 'Memories'): Limits {
  const offset = reader.offset;
  const flags = reader.u8();
  if (flags > 0x0f) malformed(offset, `Unknown limits 0x${flags.toString(16)}`);
  if (flags & 0x08) unsupported(offset, 'Memories with custom page sizes are not supported');
  if (flags & 0x04) unsupported(offset, `${what} with 64-bit indices are not supported`);
  if (flags & 0x02) unsupported(offset, `Shared ${what.toLowerCase()} are not supported`);
  return { min: reader.u32(), max: flags & 0x01 ? reader.u32() : null };
}

export function writeLimits(writer: Writer, { min, max }: Limits): void {
  writer.u8(max === null ? 0 : 1).u32(min);
  if (max !== null) writer.u32(max);
}

export function readTableType(reader: Reader): TableType {
  const element = readRefType(reader);
  return { element, limits: readLimits(reader, 'Tables') };
}

export function readGlobalType(reader: Reader): GlobalType {
  const value = readValueType(reader);
  const offset = reader.offset;
  const flag = reader.u8();
  if (flag === 0x02 || flag === 0x03) unsupported(offset, 'Shared globals are not supported');
  if (flag > 1) malformed(offset, `Unknown mutability 0x${flag.toString(16)}`);
  return { value, mutable: flag === 1 };
}
