// Rewrites a core module so that the memories it defines are imported, and so that memories and
// tables have maxima: the host supplies, counts and reuses memories, and a guest cannot grow a
// table without bound. The imports come after the existing ones; as a module's own memories come
// after its imported ones too, no index changes and all other sections are copied as they are.
// Step "rewrite" of the deploy path: `memoryFindings` decides whether, `importMemories` writes.
// Spec: WebAssembly core, binary format, "Modules".

import { MEMORY_IMPORT_MODULE } from '../../abi/canonical/link-plan.ts';
import { LIMITS } from '../../abi/limits.ts';
import type { Finding } from '../finding.ts';
import type { CoreModule, Section } from './module.ts';
import { SECTION } from './module.ts';
import { Reader } from './reader.ts';
import { type Limits, type TableType, writeLimits, writeRefType } from './types.ts';
import { Writer } from './writer.ts';

export interface MemoryOptions {
  /** The most pages of 64 KiB that any memory may have. */
  readonly pagesMax: number;
}

/** What `importMemories` would refuse; `offset` is that of the module in the file. */
export function memoryFindings(module: CoreModule, offset: number, { pagesMax }: MemoryOptions): Finding[] {
  const findings: Finding[] = [];
  for (const { module: from, name } of module.imports) {
    if (from !== MEMORY_IMPORT_MODULE) continue;
    const what = `Core import ${JSON.stringify(name)} is from the module ${JSON.stringify(from)}`;
    findings.push({ code: 'unsupported', offset, message: `${what}, a name that is reserved for the host` });
  }
  for (const { min } of module.memories) {
    if (min <= pagesMax) continue;
    const message = `A memory needs ${min} pages of 64 KiB at least, limit ${pagesMax}: link with a smaller initial memory`;
    findings.push({ code: 'limit', offset, message });
  }
  for (const { limits } of module.tables) {
    const elements = Math.max(limits.min, limits.max ?? 0);
    if (elements <= LIMITS.tableElementsMax) continue;
    const message = `A table declares ${elements} elements, limit ${LIMITS.tableElementsMax}: declare a smaller maximum`;
    findings.push({ code: 'limit', offset, message });
  }
  return findings;
}

/** The rewritten module. Call it only when `memoryFindings` has found nothing. */
export function importMemories(module: CoreModule, { pagesMax }: MemoryOptions): Uint8Array {
  const writer = new Writer().raw(module.bytes.subarray(0, 8));
  const contents = (section: Section) => module.bytes.subarray(section.start, section.end);
  let importsWritten = module.memories.length === 0;
  for (const section of module.sections) {
    if (!importsWritten && comesAfterImports(section)) {
      writer.section(SECTION.import, importSection(module, undefined, pagesMax));
      importsWritten = true;
    }
    if (section.id === SECTION.import && !importsWritten) {
      writer.section(SECTION.import, importSection(module, section, pagesMax));
      importsWritten = true;
    } else if (section.id === SECTION.table) {
      writer.section(SECTION.table, tableSection(module.tables));
    } else if (section.id !== SECTION.memory) {
      writer.section(section.id, contents(section));
    }
  }
  return writer.finish();
}

function comesAfterImports({ id }: Section): boolean {
  return id !== SECTION.custom && id !== SECTION.type && id !== SECTION.import;
}

/** The existing imports, byte for byte, and then one for each memory that the module defined. */
function importSection(module: CoreModule, existing: Section | undefined, pagesMax: number): Uint8Array {
  const writer = new Writer().u32(module.imports.length + module.memories.length);
  if (existing !== undefined) {
    const reader = new Reader(module.bytes, existing.start, existing.end);
    reader.u32();
    writer.raw(module.bytes.subarray(reader.position, existing.end));
  }
  for (const [index, limits] of module.memories.entries()) {
    writer.name(MEMORY_IMPORT_MODULE).name(String(index)).u8(2);
    writeLimits(writer, capped(limits, pagesMax));
  }
  return writer.finish();
}

function tableSection(tables: readonly TableType[]): Uint8Array {
  const writer = new Writer().u32(tables.length);
  for (const { element, limits } of tables) {
    writeRefType(writer, element);
    writeLimits(writer, capped(limits, LIMITS.tableElementsMax));
  }
  return writer.finish();
}

function capped({ min, max }: Limits, most: number): Limits {
  return { min, max: Math.min(max ?? most, most) };
}
