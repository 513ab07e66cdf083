// A core module as its sections: what the decoder checks instantiations against, and what the
// rewriters edit. Contents of function bodies and of segments stay bytes. The module has passed
// `WebAssembly.validate` before, so this only refuses what the engine takes and we do not.
// Spec: WebAssembly core, binary format, "Modules".

import { malformed, unsupported } from '../refusal.ts';
import { skipConstant } from './constant.ts';
import { Reader } from './reader.ts';
import {
  EXTERN_KINDS,
  type ExternKind,
  type ExternType,
  type FunctionType,
  type GlobalType,
  type Limits,
  readFunctionType,
  readGlobalType,
  readLimits,
  readTableType,
  type TableType,
} from './types.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** A stretch of the module's bytes. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A section's contents, without its id and length. */
export interface Section extends Range {
  readonly id: number;
}

export interface ModuleImport {
  readonly module: string;
  readonly name: string;
  readonly type: ExternType;
}

export interface ModuleExport {
  readonly name: string;
  readonly kind: ExternKind;
  readonly index: number;
}

export interface CoreModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
  readonly types: readonly FunctionType[];
  readonly imports: readonly ModuleImport[];
  /** Type index of each defined function. */
  readonly functions: readonly number[];
  readonly tables: readonly TableType[];
  readonly memories: readonly Limits[];
  readonly globals: readonly GlobalType[];
  readonly tags: readonly FunctionType[];
  readonly exports: readonly ModuleExport[];
  readonly start: number | null;
  readonly dataCount: number | null;
  /** Each function body, locals and code, without its length. */
  readonly bodies: readonly Range[];
}

/** The whole index space of one kind, imports first. */
export interface IndexSpaces {
  readonly func: readonly FunctionType[];
  readonly table: readonly TableType[];
  readonly memory: readonly Limits[];
  readonly global: readonly GlobalType[];
  readonly tag: readonly FunctionType[];
}

const HEADER_BYTES = 8;

/** The engine's own limit on most kinds of items. */
const ITEMS_MAX = 1_000_000;

/** @param base offset in the file of the module's first byte, for findings. */
export function readModule(bytes: Uint8Array, base: number): CoreModule {
  const sections = readSections(new Reader(bytes, HEADER_BYTES, bytes.length, base));
  const items = <T>(id: number, what: string, item: (reader: Reader) => T): T[] => {
    const section = sections.find((each) => each.id === id);
    if (section === undefined) return [];
    const reader = new Reader(bytes, section.start, section.end, base);
    const list = reader.list(ITEMS_MAX, what, () => item(reader));
    reader.finish(`the section of ${what}`);
    return list;
  };
  const only = (id: number): number | null => {
    const section = sections.find((each) => each.id === id);
    return section === undefined ? null : new Reader(bytes, section.start, section.end, base).u32();
  };
  const types = items(SECTION.type, 'types', readType);
  return {
    bytes,
    sections,
    types,
    imports: items(SECTION.import, 'imports', (reader) => readImport(reader, types)),
    functions: items(SECTION.function, 'functions', (reader) => reader.u32()),
    tables: items(SECTION.table, 'tables', readTable),
    memories: items(SECTION.memory, 'memories', (reader) => readLimits(reader, 'Memories')),
    tags: items(SECTION.tag, 'tags', (reader) => readTag(reader, types)),
    globals: items(SECTION.global, 'globals', readGlobal),
    exports: items(SECTION.export, 'exports', readExport),
    start: only(SECTION.start),
    dataCount: only(SECTION.dataCount),
    bodies: items(SECTION.code, 'function bodies', readBody),
  };
}

export function readSections(reader: Reader): Section[] {
  const sections: Section[] = [];
  while (!reader.done) {
    const id = reader.u8();
    const contents = reader.take(reader.u32());
    sections.push({ id, start: contents.position, end: contents.end });
  }
  return sections;
}

function readType(reader: Reader): FunctionType {
  const offset = reader.offset;
  if (reader.u8() === 0x60) return readFunctionType(reader);
  return unsupported(offset, 'Core types other than function types (garbage collection) are not supported');
}

function readImport(reader: Reader, types: readonly FunctionType[]): ModuleImport {
  const module = reader.name();
  const name = reader.name();
  const offset = reader.offset;
  const code = reader.u8();
  switch (EXTERN_KINDS[code]) {
    case 'func':
      return { module, name, type: { kind: 'func', type: typeAt(types, reader) } };
    case 'table':
      return { module, name, type: { kind: 'table', type: readTableType(reader) } };
    case 'memory':
      return { module, name, type: { kind: 'memory', type: readLimits(reader, 'Memories') } };
    case 'global':
      return { module, name, type: { kind: 'global', type: readGlobalType(reader) } };
    case 'tag':
      return { module, name, type: { kind: 'tag', type: readTag(reader, types) } };
    default:
      return unsupported(offset, `Core imports of kind 0x${code.toString(16)} are not supported`);
  }
}

function typeAt(types: readonly FunctionType[], reader: Reader): FunctionType {
  const offset = reader.offset;
  const index = reader.u32();
  return types[index] ?? malformed(offset, `Unknown core type ${index}`);
}

function readTable(reader: Reader): TableType {
  if (reader.peek() === 0x40) unsupported(reader.offset, 'Tables with an initial value are not supported');
  return readTableType(reader);
}

function readTag(reader: Reader, types: readonly FunctionType[]): FunctionType {
  const offset = reader.offset;
  if (reader.u8() !== 0) malformed(offset, 'Unknown attribute of a tag');
  return typeAt(types, reader);
}

function readGlobal(reader: Reader): GlobalType {
  const type = readGlobalType(reader);
  skipConstant(reader);
  return type;
}

function readExport(reader: Reader): ModuleExport {
  const name = reader.name();
  const offset = reader.offset;
  const kind = EXTERN_KINDS[reader.u8()];
  if (kind === undefined) unsupported(offset, `Core export ${JSON.stringify(name)} is of an unknown kind`);
  return { name, kind, index: reader.u32() };
}

function readBody(reader: Reader): Range {
  const { position, end } = reader.take(reader.u32());
  return { start: position, end };
}

export function indexSpaces(module: CoreModule): IndexSpaces {
  const imported = <K extends ExternKind>(kind: K) =>
    module.imports.flatMap(({ type }) => (type.kind === kind ? [type.type as TypeOf<K>] : []));
  return {
    func: [...imported('func'), ...module.functions.map((index) => module.types[index]!)],
    table: [...imported('table'), ...module.tables],
    memory: [...imported('memory'), ...module.memories],
    global: [...imported('global'), ...module.globals],
    tag: [...imported('tag'), ...module.tags],
  };
}

type TypeOf<K extends ExternKind> = Extract<ExternType, { kind: K }>['type'];

/** What the module exports, by name. */
export function exportTypes(module: CoreModule): ReadonlyMap<string, ExternType> {
  const spaces = indexSpaces(module);
  return new Map(
    module.exports.map(({ name, kind, index }) => [name, { kind, type: spaces[kind][index] } as ExternType]),
  );
}
