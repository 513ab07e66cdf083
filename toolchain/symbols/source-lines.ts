// Which line of the source a place in the running code is: through the code as the compiler made it, to
// which debug information refers. Read only when somebody asks, once.

import type { CopiedCode } from '../meter/insert.ts';
import { readSections, SECTION } from '../wasm/module.ts';
import { Reader } from '../wasm/reader.ts';
import { CodeMap } from './code-map.ts';
import { type DebugSections, LineTable, type Place } from './line-table.ts';
import { type SourceMapSection, SourceMapTable } from './source-map.ts';

/** What is kept of a module for this: plain data. */
export interface LineInfo {
  /** What of its code, as it runs, is the guest's. */
  readonly copied: readonly CopiedCode[];
  readonly sections: DebugSections | SourceMapSection;
}

export class SourceLines {
  readonly #codeStart: number;
  readonly #map: CodeMap;
  readonly #sections: DebugSections | SourceMapSection;
  #table: LineTable | SourceMapTable | null = null;

  /** @param module as it runs */
  constructor(module: Uint8Array, { copied, sections }: LineInfo) {
    this.#codeStart = readSections(new Reader(module, 8)).find(({ id }) => id === SECTION.code)?.start ?? 0;
    this.#map = new CodeMap(copied);
    this.#sections = sections;
  }

  /** @param offset in the module as it runs */
  placeOf(offset: number): Place | null {
    const address = this.#map.originalOf(offset - this.#codeStart);
    if (address === null) return null;
    this.#table ??=
      'json' in this.#sections ? new SourceMapTable(this.#sections) : new LineTable(this.#sections);
    return this.#table.placeOf(address);
  }
}
